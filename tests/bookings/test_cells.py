"""A cell is text and stays text, whatever somebody has called themselves."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.cells import csv_of, safe_cell

FORMULAS = "=+-@|%\uff1d\uff0b\uff0d\uff20"
"""What a spreadsheet may take for the beginning of a formula, the full-width signs too, which some put into plain ones."""
NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")
BLANKS = " \t\r\n\0\u00a0\u3000\v\f"


RUN = ('=HYPERLINK("http://x","Ann")', "+44 7700 900456", "@SUM(A1)", "-2+3", "\t=1", "\r=1", "\uff1d1", " =1", "|cmd")


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_it_shows(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Ann", "07700 900456", "a=b", "", "O'Neill", "-5", "-1.5243", -5, 3, 0.5])
def test_what_is_no_formula_stays_as_it_is(value: object) -> None:
    assert safe_cell(value) == str(value)


def test_nothing_is_an_empty_cell() -> None:
    assert safe_cell(None) == ""


@given(st.text(alphabet=BLANKS, max_size=4), st.sampled_from(FORMULAS), st.text(max_size=20))
def test_no_text_begins_as_a_formula(blanks: str, sign: str, rest: str) -> None:
    cell = safe_cell(blanks + sign + rest)
    assert cell.startswith("'") or NUMBER.fullmatch(cell)


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_every_cell_arrives_and_none_becomes_two(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_of(["a", "b"], rows), newline="")))
    assert read == [["a", "b"], *([safe_cell(cell) for cell in row] for row in rows)]
    for row in read[1:]:
        for cell in row:
            assert not cell.startswith((*FORMULAS, "\t", "\r", "\n")) or NUMBER.fullmatch(cell)
