"""Files that are no instance: which line is wrong, what was expected, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from routing.formats.lines import BadInstance
from routing.formats.reading import read_instance
from tests.routing.instances import ALL, DARP, DARP_CLOSING, LI_LIM, SARTORI_BURIOL, written


def complaint(folder: Path, text: str) -> str:
    path = written(folder, "wrong", text)
    with pytest.raises(BadInstance) as caught:
        read_instance(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    return message.removeprefix(str(path)).lstrip(", ")


def without_lines(text: str, number: int) -> str:
    """The text cut off before its last lines."""
    return "".join(text.splitlines(keepends=True)[:-number])


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param(
            without_lines(DARP, 1), 5, "ends after 4 nodes, but line 1 announces 4: expected are 5 or 6", id="a node short"
        ),
        pytest.param(
            without_lines(DARP_CLOSING, 2),
            3,
            "node 2, has a demand of 1 where -1 is expected. Is the file whole?",
            id="two nodes short",
        ),
        pytest.param(DARP + DARP.splitlines()[-1], 7, "node 4 where node 5 is expected", id="a node twice"),
        pytest.param(
            DARP.replace("1 4 40 2 6\n", "1 4 40 2 6\n\n").replace("4.0 0.0", "4.0 O.0"), 5, "y is 'O.0'", id="a letter"
        ),
        pytest.param(
            DARP.replace("7.0 0.0 1 -1", "7.0 0.0 1"),
            5,
            "7 numbers are expected here (id, x, y, service, load",
            id="a field short",
        ),
        pytest.param(
            DARP.replace("9.0 0.0 1 -1", "9.0 0.0 1 -2"),
            4,
            "node 2 picks up 1 and its delivery, node 4, has a demand of -2",
            id="loads",
        ),
        pytest.param(DARP.replace("3.0 0.0 1 1", "3.0 0.0 1 -1"), 3, "node 1 is a pickup", id="a pickup that takes off"),
        pytest.param(
            DARP.replace("10 20", "20 10"), 4, "window ends (10) before it begins (20)", id="a window the wrong way round"
        ),
        pytest.param(DARP.replace("4 9.0", "5 9.0"), 6, "node 5 where node 4 is expected", id="a node left out"),
        pytest.param(
            DARP.replace("1 4 40 2 6", "1.5 4 40 2 6"), 1, "vehicles is 1.5 and has to be a whole number", id="half a bus"
        ),
        pytest.param(DARP.replace("1 4 40 2 6", "1 4 0 2 6"), 1, "route duration is 0", id="no duration"),
        pytest.param(DARP.replace("1 4 40 2 6", "1 4 40 inf 6"), 1, "capacity is 'inf'", id="no end of seats"),
        pytest.param(DARP.replace("4.0 0.0 1 1", "4.0 0.0 -1 1"), 4, "service takes -1", id="a service before its begin"),
        pytest.param(LI_LIM.replace("50 2 0 4", "50 2 0 3"), 3, "node 1 names node 3 as its partner, but line 5", id="no pair"),
        pytest.param(
            LI_LIM.replace("50 2 0 4", "50 2 0 9"), 3, "node 1 belongs to node 9, and the file ends with node 4", id="no partner"
        ),
        pytest.param(
            without_lines(LI_LIM, 1), 3, "node 1 belongs to node 4, and the file ends with node 3: get it whole", id="a row short"
        ),
        pytest.param(LI_LIM.replace("50 2 0 4", "50 2 0 0"), 3, "exactly one of the two has to be 0", id="a node of no request"),
        pytest.param(
            LI_LIM.replace("3 4 -6", "3 4 -7"), 3, "node 1 picks up 6 and its delivery, node 4, has a demand of -7", id="demands"
        ),
        pytest.param(LI_LIM.replace("3 0 6", "3 0 6.5"), 3, "demand is 6.5 and has to be a whole number", id="half a parcel"),
        pytest.param("3 10 1\n", 1, "the file ends without a request", id="no nodes"),
        pytest.param(SARTORI_BURIOL.replace("EOF\n", ""), 22, "EOF is expected after 5 rows", id="no end"),
        pytest.param(without_lines(SARTORI_BURIOL, 3), 20, "EOF is expected|row|rows", id="rows short"),
        pytest.param(
            SARTORI_BURIOL.replace("7 4 3 2 0", "7 4 3 2"),
            22,
            "row 4 of EDGES has 4 times, and 5 are expected",
            id="a time short",
        ),
        pytest.param(SARTORI_BURIOL.replace("6 2 0 2 3", "6 2 0 x 3"), 20, "the time to node 3 is 'x'", id="a time that is none"),
        pytest.param(
            SARTORI_BURIOL.replace("6 2 0 2 3", "6 2 0 -2 3"), 20, "row 2 of EDGES has a time that is below 0", id="back in time"
        ),
        pytest.param(
            SARTORI_BURIOL.replace("SIZE: 5", "SIZE: 6"), 17, "9 numbers|EDGES|fewer than the 6 nodes", id="a size too large"
        ),
        pytest.param(SARTORI_BURIOL.replace("SIZE: 5", "SIZE: 4"), 14, "node 2 belongs to node 4", id="a size too small"),
        pytest.param(
            SARTORI_BURIOL.replace("CAPACITY: 5\n", ""), 9, "no line 'CAPACITY: <number>' before NODES", id="no capacity"
        ),
        pytest.param(SARTORI_BURIOL.replace("CAPACITY: 5", "CAPACITY: many"), 10, "CAPACITY is 'many'", id="many"),
        pytest.param(SARTORI_BURIOL.partition("NODES")[0], 10, "ends before the line NODES", id="a head alone"),
        pytest.param(SARTORI_BURIOL.partition("NODES")[0] + "NODES\n", 11, "ends with the line NODES", id="no node"),
        pytest.param(SARTORI_BURIOL.partition("EDGES")[0], 16, "EDGES is expected after 5 nodes", id="no times"),
        pytest.param(
            "Once upon a time there was a bus.\n",
            1,
            "no format that is known here begins with 8 words. Expected are 5 numbers",
            id="a tale",
        ),
        pytest.param("one two three\n1 2 3\n", 1, "vehicles is 'one', which is no number", id="three words"),
    ],
)
def test_the_line_that_is_wrong_is_named(tmp_path: Path, text: str, line: int, says: str) -> None:
    message = complaint(tmp_path, text)

    assert message.startswith(f"line {line}: "), message
    assert any(each in message for each in says.split("|")), message


def test_every_cut_of_a_file_is_told_from_the_whole(tmp_path: Path) -> None:
    for text in ALL.values():
        for number in range(1, len(text.splitlines())):
            if without_lines(text, number) != without_lines(DARP_CLOSING, 1):  # a depot to end at may be there or not
                complaint(tmp_path, without_lines(text, number))


def test_what_is_no_text_is_no_instance(tmp_path: Path) -> None:
    (tmp_path / "packed.txt").write_bytes(b"\x1f\x8b\x08\x00\xff\xfe")

    with pytest.raises(BadInstance, match="not text"):
        read_instance(tmp_path / "packed.txt")
    with pytest.raises(BadInstance, match="No such file"):
        read_instance(tmp_path / "nowhere.txt")
    with pytest.raises(BadInstance, match="irectory"):
        read_instance(tmp_path)
    assert "is empty" in complaint(tmp_path, "\n \n")


def test_numbers_that_no_problem_holds_are_refused(tmp_path: Path) -> None:
    message = complaint(tmp_path, DARP.replace("9.0 0.0", "9e9 0.0"))

    assert "choose a larger unit of time" in message


def test_files_from_other_machines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.txt"
    path.write_bytes(b"\xef\xbb\xbf" + DARP.replace("\n", "\r\n").replace(" ", "\t ").encode() + b"\r\n\r\n")

    assert len(read_instance(path).problem.requests) == 2
