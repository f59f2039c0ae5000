"""Problems that passengers can get are in every language: no sentence of theirs stands where no catalogue finds it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import rest_framework
from django.utils.translation import gettext

from backend.api import drf_words
from backend.api.problem_types import ALL
from bookings.fares import Line, say_line
from bookings.fares.wording import REASONS
from bookings.models import Status
from bookings.states import STANDING, Fact, ImpossibleStep
from bookings.words import speaking
from tests.backend.plain_sentences import ANSWERS, plain_sentences

ROOT = Path(__file__).resolve().parents[2]

ALL_OF_IT = ("",)
TO_STAFF = {
    "bookings/actions/add_webhook.py": ALL_OF_IT,
    "bookings/actions/make_enrolment.py": ALL_OF_IT,
    "bookings/actions/see_to_refund.py": ALL_OF_IT,
    "bookings/actions/striking.py": ALL_OF_IT,
    "bookings/plans.py": ("f'{service.name} has no plan",),
    "bookings/queries/passengers.py": ALL_OF_IT,
    "backend/api/partner_tokens.py": ALL_OF_IT,
    "backend/api/people.py": ALL_OF_IT,
    "backend/api/strikes.py": ALL_OF_IT,
    "backend/api/tablets.py": ALL_OF_IT,
    "backend/api/turned_away.py": ALL_OF_IT,
}
TO_DRIVERS = {
    "bookings/actions/enrol_tablet.py": ALL_OF_IT,
    "bookings/actions/record_driver_event.py": ALL_OF_IT,
    "backend/api/driver_events.py": ALL_OF_IT,
}
TO_DEVELOPERS = {
    "backend/api/address.py": ("Give a whole address",),
    "backend/api/contact.py": ("Give topics by channel", 'f"Channels are ', 'f"Give a list of '),
    "backend/api/etags.py": ("Give an ETag", "Read what you change first"),
    "backend/api/idempotency.py": ("The first call with this key", "f'Give 1 to", "f'Send the header", "f'You used this key"),
    "backend/api/me.py": ("Give the key as the browser does",),
    "backend/api/offers.py": ("Say for which passenger of yours",),
    "backend/api/paging.py": ("This is none of the cursors",),
    "backend/api/parsing.py": ("f'The body may have",),
    "backend/api/place_search.py": (
        "Give longitude and latitude with",
        "Longitude comes first and lies between -180 and 180, lat",
    ),
    "backend/api/places.py": (
        *("Give finite numbers", "Give the code of a stop as a text", "Give two numbers", "Give {{", "Only a Point will do"),
        "There is no field of this name in a place",
    ),
    "backend/api/problems.py": ("The body is far too large",),
    "backend/api/saved_places.py": ("Give {", "Say whose place"),  # the second to agents
    "backend/api/strict.py": (
        *("Give a text in quotes", "Give a whole number without", "Give an object", "Give true or false"),
        'f"Give what is to change',
    ),
    "backend/api/times.py": ("Give a time as RFC 3339 has it", "Say which offset from UTC"),
}
ENGLISH_ALONE = TO_STAFF | TO_DRIVERS | TO_DEVELOPERS
"""How the sentences begin that nobody translates, by the file in which they stand."""


def untranslated(folder: str, errors: frozenset[str]) -> dict[str, list[str]]:
    """The sentences of these errors that no catalogue finds and that aren't meant to be in English alone."""
    found = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        meant = ENGLISH_ALONE.get(name, ())
        sentences = plain_sentences(path.read_text(encoding="utf-8"), errors)
        if left := [each for each in sentences if not each.startswith(meant)]:
            found[name] = left
    return found


def domain_errors() -> frozenset[str]:
    """The names of all errors of `bookings` that become problems."""
    bases: dict[str, set[str]] = {}
    for path in sorted((ROOT / "bookings").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
    found = {"DomainError"}
    while more := {name for name, those in bases.items() if those & found} - found:
        found |= more
    return frozenset(found)


def test_errors_and_refusals_of_the_domain_are_said_in_every_language() -> None:
    errors = domain_errors()
    assert len(errors) > 40
    assert errors >= {"OfferGone", "HoldOver", "CantConfirm", "CodeRefused", "CantPayThatWay", "TooMany", "DayBusy"}
    assert untranslated("bookings", errors | {"Reason", "Alternative"}) == {}, "write it with phrase"


def test_the_apis_own_sentences_are_said_in_every_language() -> None:
    assert untranslated("backend/api", ANSWERS) == {}, "write it with worded, or with _"


def test_what_is_in_english_alone_is_still_there() -> None:
    errors = domain_errors() | ANSWERS
    for name, beginnings in ENGLISH_ALONE.items():
        sentences = plain_sentences((ROOT / name).read_text(encoding="utf-8"), errors)
        assert [each for each in beginnings if not any(said.startswith(each) for said in sentences)] == [], name


@pytest.mark.parametrize(
    "code",
    [
        'def f(): raise OfferGone("It is over.")',
        "def f(): raise OfferGone(f'{a} is over.')",
        'def f():\n    said = "It is over."\n    raise OfferGone(said)',
        'def f(): raise OfferGone("It is over." if a else phrase("It is over."))',
        'class OfferGone(Gone):\n    def __init__(self):\n        super().__init__("It is over.")',
        'def f(): raise Problem(types.GONE, "It is over.", pointer="#/offer")',
        'def f(): raise serializers.ValidationError({"offer": ["It is over."]})',
        'class A(Field):\n    default_error_messages = {"over": "It is over."}',
    ],
)
def test_a_sentence_that_no_catalogue_finds_is_seen(code: str) -> None:
    """The control of the two above."""
    assert len(plain_sentences(code, ANSWERS | {"OfferGone"})) == 1
    mended = code.replace('"It is over."', 'phrase("It is over.")').replace("f'{a} is over.'", 'phrase("{a} is over.", a=a)')
    assert plain_sentences(mended, ANSWERS | {"OfferGone"}) == []


def test_titles_are_there_in_welsh() -> None:
    with speaking("cy"):
        assert [kind.slug for kind in ALL.values() if gettext(kind.title) == kind.title] == []
        assert gettext("No such title") == "No such title"  # how a missing one would look


def test_what_the_framework_says_is_there_in_welsh_and_is_what_it_says() -> None:
    said = "".join(path.read_text() for path in Path(rest_framework.__file__).parent.glob("*.py"))
    for sentence in drf_words.SENTENCES:
        with speaking("en"):
            english = str(sentence)
        assert english in said, "the framework has another sentence by now"
        with speaking("cy"):
            assert str(sentence) != english


def test_what_cant_be_done_to_a_booking_is_said_in_both_languages() -> None:
    assert set(STANDING) == set(Status)
    error = ImpossibleStep(Status.COMPLETED, Fact.CANCELLED)
    assert str(error) == "a booking that is completed can't be cancelled"
    with speaking("cy"):
        assert str(error) == "ni ellir canslo archeb â'r statws hwn: wedi'i chwblhau"


def test_why_money_was_given_back_is_said_in_both_languages() -> None:
    """It's kept as it's written in the code, and looked up by that."""
    giving = {"let_off", "give_back", "give_back_spare"}
    named = set()
    for path in sorted((ROOT / "bookings").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in giving:
                why = [each.value for each in node.keywords if each.arg == "why"]
                named |= {each.value for each in why if isinstance(each, ast.Constant)}
    assert len(named) > 3
    assert named <= set(REASONS)
    for reason in REASONS:
        line = Line("refund", -200, name=reason)
        assert say_line(line) == f"Given back: {reason}"
        with speaking("cy"):
            assert say_line(line).startswith("Wedi'i roi yn ôl: ")
            assert reason not in say_line(line)
