"""`python -m routing replay` as somebody at a terminal meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from routing.__main__ import main
from routing.command import replay_progress

SMALL_TOWN = ("town", "--vans", "2", "--wishes", "12", "--hours", "3", "--solutions", "30")
RIPON = Path(__file__).resolve().parents[2] / "fixtures" / "ripon"


def run(*argv: str) -> int:
    return main(["replay", *argv])


def figures(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    assert run(*argv, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    for each in (*found["replayed"], found["together"]):
        del each["seconds"]
    return found


def test_a_day_in_a_small_town(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*SMALL_TOWN) == 0

    out = capsys.readouterr().out
    row = re.search(r"^\| town, seed 1 \| (\d+) of 12, ([\d.]+) % \| 100.0 % \|", out, re.MULTILINE)
    assert row
    assert float(row[2]) == round(100 * int(row[1]) / 12, 1)
    refused = [int(number) for number in re.findall(r"\d+", out.partition("Refused:")[2])]
    assert sum(refused) + int(row[1]) == 12


@pytest.mark.parametrize("optimiser", ["lns", "or-tools", "none"])
def test_the_same_arguments_give_the_same_figures(optimiser: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, *SMALL_TOWN, "--optimiser", optimiser)

    assert found == figures(capsys, *SMALL_TOWN, "--optimiser", optimiser)
    day = found["together"]
    assert day["accepted"] + sum(day["refused"].values()) == day["asked"] == 12
    assert day["kept"] == day["served"] == day["accepted"]
    assert (day["solved"] > 0) == (optimiser != "none")


def test_several_days_are_told_one_by_one_and_together(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, *SMALL_TOWN, "--days", "2", "--seed", "4", "--optimiser", "none")

    days = found["replayed"]
    assert [each["name"] for each in days] == ["town, seed 4", "town, seed 5"]
    assert days[0]["vehicle_m"] != days[1]["vehicle_m"]
    assert found["together"]["vehicle_m"] == days[0]["vehicle_m"] + days[1]["vehicle_m"]
    assert found["together"]["asked"] == 24


def test_the_first_wishes_of_a_day_in_ripon_by_name_and_by_file(capsys: pytest.CaptureFixture[str]) -> None:
    few = ("--wishes", "6", "--optimiser", "none")
    by_name = figures(capsys, "ripon-usual", *few)["together"]
    by_file = figures(capsys, str(RIPON / "wishes_usual.json"), *few)["together"]

    assert by_name["asked"] == by_name["kept"] == 6
    assert {**by_file, "name": by_name["name"]} == by_name


def test_late_drivers_are_others_each_day(capsys: pytest.CaptureFixture[str]) -> None:
    days = figures(capsys, "ripon-usual", "--wishes", "6", "--optimiser", "none", "--noise", "0.3", "--days", "2")["replayed"]

    assert [each["asked"] for each in days] == [6, 6]
    assert days[0]["detour_s"] != days[1]["detour_s"]


def test_with_hindsight_no_fewer_are_served(capsys: pytest.CaptureFixture[str]) -> None:
    lived, known = figures(capsys, *SMALL_TOWN, "--hindsight")["replayed"]

    assert known["name"] == "town, seed 1, known before"
    assert known["served"] >= lived["served"]


def test_without_a_terminal_a_line_now_and_then(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_progress, "LINE_EVERY_S", 0.0)

    assert run(*SMALL_TOWN, "--optimiser", "none") == 0

    assert capsys.readouterr().err.splitlines()[-1] == "town, seed 1: 12 of 12 wishes"


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["nowhere.json"], "nowhere.json can't be read (No such file or directory): give ripon-usual, ripon-busiest, town,"),
        (["ripon-usual", "--vans", "3"], "--vans and --hours are for a town: ripon-usual has the shifts of its service.json."),
        (["ripon-usual", "--days", "2"], "ripon-usual is one day, the same each time: add --noise"),
        ([str(RIPON / "service.json")], "has no wishes such as ripon's"),
    ],
)
def test_bad_input_is_told_in_a_line(argv: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*argv) == 2

    err = capsys.readouterr().err
    assert says in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], "DAY"),
        (["town", "--vans", "0"], "invalid number value: '0'"),
        (["town", "--noise", "-1"], "invalid measure value: '-1'"),
        (["town", "--optimiser", "luck"], "invalid choice: 'luck'"),
    ],
)
def test_bad_arguments_show_the_usage(argv: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(*argv)

    assert says in capsys.readouterr().err
