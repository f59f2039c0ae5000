"""References that are read out on the telephone."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from bookings.references import ALPHABET, HALF_BITS, reference_of, tidy

NUMBERS = st.integers(0, (1 << 2 * HALF_BITS) - 1)


@given(NUMBERS)
def test_every_reference_is_short_and_has_no_sign_that_is_mistaken_for_another(number: int) -> None:
    assert re.fullmatch(f"[{ALPHABET}]{{3}}-[{ALPHABET}]{{3}}", reference_of(number))
    assert not set("01OI") & set(ALPHABET)


@given(NUMBERS, NUMBERS)
def test_no_two_bookings_share_one(one: int, other: int) -> None:
    assert (reference_of(one) == reference_of(other)) == (one == other)


def test_the_first_ten_thousand_differ_and_are_in_no_order() -> None:
    found = [reference_of(number) for number in range(10_000)]
    assert len(set(found)) == 10_000
    # In order of number, about every other one is greater than the one before: 5000 of 9999, and 150 is three sigma.
    rising = sum(before < after for before, after in pairwise(found))
    assert abs(rising - 5000) < 150


def test_the_same_key_gives_the_same_references_and_another_key_others(settings: Settings) -> None:
    settings.REFERENCE_KEY = "one"
    first = [reference_of(number) for number in range(100)]
    assert first == [reference_of(number) for number in range(100)]
    settings.REFERENCE_KEY = "two"
    assert not set(first) & {reference_of(number) for number in range(100)}


@given(NUMBERS)
def test_however_it_is_typed_it_is_found(number: int) -> None:
    reference = reference_of(number)
    assert tidy(reference.lower().replace("-", " ")) == tidy(reference.replace("-", "")) == tidy(f" {reference} ") == reference


@pytest.mark.parametrize("number", [-1, 1 << 2 * HALF_BITS])
def test_there_are_a_thousand_million_and_then_it_says_so(number: int) -> None:
    with pytest.raises(ValueError, match="out of the range"):
        reference_of(number)
