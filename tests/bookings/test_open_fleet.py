"""A fleet out of a spreadsheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bookings.files import BadFile
from bookings.open_data.fleet import read_fleet

RUTLAND = Path(__file__).resolve().parents[2] / "fixtures" / "rutland" / "fleet.csv"
HEAD = "vehicle,name,registration,layouts,depot,lon,lat,shift,days,from,to,driver,break_from,break_to,break_minutes"
EARLY = "bus-1,Bus 1,DR11 VER,14+0 8+2,Depot,-0.73,52.67,early,mon-fri,06:45,12:45,Ash,09:00,09:40,30"


def fleet_file(folder: Path, *rows: str) -> Path:
    path = folder / "fleet.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n")
    return path


def test_the_example_is_a_fleet() -> None:
    fleet = read_fleet(RUTLAND)

    assert [vehicle["code"] for vehicle in fleet.described["vehicles"]] == ["bus-1", "bus-2"]
    assert fleet.described["vehicles"][0]["layouts"] == [[14, 0], [11, 1], [8, 2]]
    assert len(fleet.described["shifts"]) == len(fleet.described["drivers"]) == 6
    assert fleet.described["shifts"][0] == {
        "code": "bus-1-early", "name": "Bus 1 early", "vehicle": "bus-1", "driver": "ash-wheeler",
        "days": ["mon", "tue", "wed", "thu", "fri"], "from": "06:45", "to": "12:45",
        "start": "depot Oakham depot", "end": "depot Oakham depot",
        "breaks": [{"place": "depot Oakham depot", "earliest": "09:00", "latest": "09:40", "duration_s": 1800}],
    }  # fmt: skip
    assert set(fleet.depots) == {"Oakham depot", "Uppingham depot"}


def test_a_small_operator_leaves_out_drivers_and_breaks(tmp_path: Path) -> None:
    path = tmp_path / "fleet.csv"
    path.write_text(
        "vehicle,name,registration,layouts,depot,lon,lat,shift,days,from,to\n"
        "van,The van,AB1 2CD,7+1,Yard,1.52,42.5,all day,fri-mon wed,08:00,18:00\n"
    )
    shift = read_fleet(path).described["shifts"][0]
    assert (shift["driver"], shift["breaks"], shift["days"]) == (None, [], ["mon", "wed", "fri", "sat", "sun"])


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (EARLY.replace("early", "late"), "vehicle bus-1 is in the shift of row 2 at the same time (06:45 to 12:45, mon, tue"),
        (EARLY, "Bus 1 early is the shift of row 2 already: give it another name"),
        (EARLY.replace("bus-1,Bus 1", "bus-2,Bus 2"), "driver ash is in the shift of row 2 at the same time"),
        (
            EARLY.replace("early", "late").replace("DR11", "DR99"),
            "registration of bus-1 is 'DR99 VER' here and 'DR11 VER' in row 2",
        ),
        (EARLY.replace("-0.73", "-0.74"), "point of depot Depot is [-0.74, 52.67] here and [-0.73, 52.67] in row 2"),
        (EARLY.replace("14+0", "14"), "write layouts '14 8+2' like 14+0 11+1 8+2"),
        (EARLY.replace("14+0", "900+0"), "write layouts '900+0 8+2' like"),
        (EARLY.replace("14+0 8+2", "0+0"), "write layouts '0+0' like"),
        (EARLY.replace("-0.73,52.67", "52.67,-100.73"), "lon 52.67, lat -100.73 is not on the earth: lon comes first"),
        (EARLY.replace("-0.73", "nan"), "lon nan, lat 52.67 is not on the earth"),
        (EARLY.replace("mon-fri", "weekdays"), "write days 'weekdays' like mon-fri"),
        (EARLY.replace("06:45", "quarter to seven"), "write from 'quarter to seven' like 06:45"),
        (EARLY.replace("12:45", "02:45"), "'from' 06:45 must be before 'to' 02:45"),
        (
            EARLY.replace("09:40,30", "12:40,30"),
            "a break of 30 min begun from 09:00 to 12:40 must lie in the shift 06:45 to 12:45",
        ),
        (EARLY.replace("09:40,30", ",30"), "a break needs break_from, break_to (when it may begin) and break_minutes"),
        (EARLY.replace(",30", ",half an hour"), "write break_minutes 'half an hour' like 30"),
        (EARLY.replace("bus-1", "bus 1"), "write vehicle 'bus 1' in letters, digits and hyphens"),
        (EARLY.replace("DR11 VER", ""), "give registration in at most 20 characters instead of ''"),
        (EARLY[:40], "is the file whole?"),
    ],
)
def test_nonsense_is_told_by_row(tmp_path: Path, row: str, complaint: str) -> None:
    path = fleet_file(tmp_path, EARLY, row)
    with pytest.raises(BadFile, match=re.escape(f"{path}, row 3: ") + ".*" + re.escape(complaint)):
        read_fleet(path)


def test_a_fleet_without_a_shift_or_a_column_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="row 2: give at least one shift"):
        read_fleet(fleet_file(tmp_path))
    path = tmp_path / "fleet.csv"
    path.write_text("vehicle,seats\nbus-1,14\n")
    with pytest.raises(BadFile, match="row 1: add the columns days, depot, from"):
        read_fleet(path)


MEASURED = "width_m,height_m,length_m,weight_t,axle_t"


def measured_fleet(folder: Path, *measures: str, columns: str = MEASURED) -> Path:
    """A row for each shift of one vehicle, with what stands in more columns."""
    path = folder / "fleet.csv"
    shifts = ("early,mon-fri,06:45,12:45", "late,mon-fri,12:45,18:45")
    rows = [f"bus-1,Bus 1,DR11 VER,14+0,Depot,-0.73,52.67,{shift},{told}" for shift, told in zip(shifts, measures, strict=False)]
    path.write_text("\n".join([f"vehicle,name,registration,layouts,depot,lon,lat,shift,days,from,to,{columns}", *rows]) + "\n")
    return path


def test_a_vehicle_may_have_its_size_in_more_columns(tmp_path: Path) -> None:
    vehicle = read_fleet(measured_fleet(tmp_path, "2.55,3.1,,7.5,")).described["vehicles"][0]
    assert vehicle == {
        "code": "bus-1", "name": "Bus 1", "registration": "DR11 VER", "layouts": [[14, 0]],
        "width_m": 2.55, "height_m": 3.1, "length_m": None, "weight_t": 7.5, "axle_t": None,
    }  # fmt: skip
    one = read_fleet(measured_fleet(tmp_path, "2.55", columns="width_m")).described["vehicles"][0]
    assert set(MEASURED.split(",")) & set(one) == {"width_m"}


@pytest.mark.parametrize(
    ("measures", "complaint"),
    [
        ("2300,,,,", "row 3: width_m 2300 is in millimetres: write it in metres, 2.3"),
        (",310,,,", "row 3: height_m 310 is in centimetres: write it in metres, 3.1"),
        (",,0.5,,", "row 3: length_m 0.5 can't be: write metres from 2 to 25"),
        (",,,7500,", "row 3: weight_t 7500 is in kilograms: write it in tonnes, 7.5"),
        (",,,,nan", "row 3: axle_t nan can't be: write tonnes from 0.2 to 13"),
        ("2.3 m,,,,", "row 3: write width_m '2.3 m' like 2.3"),
        ('"2,3",,,,', "row 3: write width_m '2,3' like 2.3"),
        (",,,5,6", "row 3: axle_t 6 can't be more than weight_t 5, of which an axle bears a part"),
        ("2.5,,,,", "row 3: width_m of bus-1 is 2.5 here and empty in row 2"),
    ],
)
def test_a_size_that_cannot_be_is_told_by_row(tmp_path: Path, measures: str, complaint: str) -> None:
    path = measured_fleet(tmp_path, ",,,,", measures)
    with pytest.raises(BadFile, match=re.escape(f"{path}, {complaint}")):
        read_fleet(path)


@pytest.mark.parametrize(
    ("column", "complaint"),
    [
        ("width", "row 1: call 'width' width_m, and write metres"),
        ("Weight (kg)", "row 1: call 'Weight (kg)' weight_t, and write tonnes"),
        ("axle_load", "row 1: call 'axle_load' axle_t, and write tonnes"),
    ],
)
def test_a_size_under_another_name_is_not_passed_over(tmp_path: Path, column: str, complaint: str) -> None:
    path = measured_fleet(tmp_path, "2.3", columns=column)
    with pytest.raises(BadFile, match=re.escape(f"{path}, {complaint}")):
        read_fleet(path)
