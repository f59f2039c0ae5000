"""Monthly statements of accounts, and cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings import money, queries
from bookings.cells import csv_of, safe_cell
from bookings.models import LedgerEntry
from tests.bookings.test_money import book
from tests.bookings.till import paying_desk, school
from tests.bookings.town import Desk

MAY, JUNE, JULY = (date(2027, month, 1) for month in (5, 6, 7))


@pytest.fixture
def desk() -> Desk:
    return paying_desk()


def lines(found: queries.Statement) -> list[tuple[str, str, int]]:
    return [(line.kind, line.passenger, line.pence) for line in found.lines]


@pytest.mark.django_db
def test_a_month_has_what_was_owed_in_it_and_carries_on(desk: Desk) -> None:
    account = school(desk, "ann", "bob")
    book(desk, "ann", "on_account")
    cancelled = book(desk, "bob", "on_account", "School->Mill leave 11:00")
    desk.now = desk.at("9:30")
    desk.cancel(cancelled)  # less than two hours before: half is owed
    money.settle_account(account, 250, at=desk.now + timedelta(days=40), by=None, note="transfer 12")
    june = queries.statement(account, date(2027, 6, 17))
    assert (june.month, june.before_pence, june.after_pence) == (JUNE, 0, 300)
    assert lines(june) == [("charge", "ann", 200), ("charge", "bob", 200), ("credit", "bob", -100)]
    first = june.lines[0]
    assert (first.origin, first.destination, first.travel_date, first.date) == (
        "Mill",
        "Station",
        date(2027, 6, 2),
        date(2027, 6, 1),
    )
    july = queries.statement(account, JULY)
    assert (july.before_pence, lines(july), july.after_pence) == (300, [("payment", "", -250)], 50)
    may = queries.statement(account, MAY)
    assert (may.before_pence, may.lines, may.after_pence) == (0, (), 0)


@pytest.mark.django_db
def test_months_begin_at_midnight_by_the_clocks_of_the_service(desk: Desk) -> None:
    account = school(desk)
    for at in (
        "2027-05-31T23:59:59+01:00",
        "2027-06-01T00:00:00+01:00",
        "2027-06-30T23:59:59+01:00",
        "2027-12-31T23:59:59+00:00",
    ):
        money.settle_account(account, 1, at=datetime.fromisoformat(at), by=None, note="")
    found = {month: len(queries.statement(account, date(2027, month, 1)).lines) for month in range(5, 13)}
    assert found == {5: 1, 6: 2, 7: 0, 8: 0, 9: 0, 10: 0, 11: 0, 12: 1}
    assert queries.statement(account, date(2028, 1, 1)).before_pence == -4


@pytest.mark.django_db
def test_a_month_that_is_over_stays_as_it_was(desk: Desk) -> None:
    account = school(desk, "ann")
    desk.now = desk.at("7:00", on=date(2027, 5, 31))
    booking = book(desk, "ann", "on_account")
    may = queries.statement(account, MAY)
    desk.now = desk.at("7:00", on=date(2027, 6, 2))
    desk.cancel(booking)
    assert queries.statement(account, MAY) == may
    assert lines(queries.statement(account, JUNE)) == [("credit", "ann", -200)]


@pytest.mark.django_db
def test_one_account_has_nothing_of_another(desk: Desk) -> None:
    ours, other = school(desk, "ann"), school(desk, "bob")
    book(desk, "ann", "on_account")
    assert LedgerEntry.objects.count() == 1
    assert len(queries.statement(ours, JUNE).lines) == 1
    assert queries.statement(other, JUNE).lines == ()


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1", " =1+1", "|calc", "%0A", "＝1+1", "＋1", "－1", "＠x"),
        *('=HYPERLINK("http://x")', "-", "--1", "+441765600000", "-1.5e3", "\0=1"),
    ],
)
def test_what_a_spreadsheet_might_run_is_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["", "Ann", "K7M-4QX", "2.00", "-2.00", "-5", 7, "O'Neill", "a=b", None, "2027-06-01"])
def test_what_is_harmless_stays_as_it_is(value: object) -> None:
    assert safe_cell(value) == ("" if value is None else str(value))


@given(st.lists(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=4))
def test_a_file_says_what_was_put_in_and_no_cell_begins_like_a_formula(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_of(("a", "b"), rows), newline="")))
    assert read[0] == ["a", "b"]
    assert [[cell.removeprefix("'") for cell in row] for row in read[1:]] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    for cell in (cell for row in read[1:] for cell in row):
        assert cell.strip()[:1] not in tuple("=+@|%") or cell.startswith("'")
