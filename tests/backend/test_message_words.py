"""Every text that a passenger sees is there in every language; and what programs read of the catalogues is what stands there."""

from __future__ import annotations

import gettext
import io
import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from backend.management.catalogue import Sentence, mo, read_po, sentences, write_po
from bookings.models import Language, Service
from bookings.mutations import Said, soft
from bookings.words import MONTHS, WEEKDAYS, day_words, phrase, speaking
from tests.backend.api_world import MONDAY, World

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(ROOT.glob("bookings/locale/*/LC_MESSAGES/django.po"))
HEAD = Sentence("", "")


def braces(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_language_but_english_has_a_catalogue() -> None:
    assert {path.parts[-3] for path in CATALOGUES} == set(Language.values) - {"en"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_nothing_is_missing_and_nothing_is_left_over(path: Path) -> None:
    known, wanted = read_po(path.read_text(encoding="utf-8")), sentences(ROOT)
    assert len(wanted) > 100
    assert set(known) - {HEAD} == set(wanted), "run manage.py catalogue, and translate what is new"
    assert [sentence.text for sentence, told in known.items() if not told] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_translation_has_the_values_of_its_sentence(path: Path) -> None:
    for sentence, told in read_po(path.read_text(encoding="utf-8")).items():
        if sentence != HEAD:
            assert braces(told) == braces(sentence.text), sentence.text
            assert told.endswith(" ") == sentence.text.endswith(" "), sentence.text


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_what_programs_read_is_made_of_what_people_wrote(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert path.with_suffix(".mo").read_bytes() == mo(read_po(text)), "run manage.py catalogue"
    assert write_po(read_po(text), sentences(ROOT)) == text


def test_pythons_own_reader_understands_it() -> None:
    known = {
        HEAD: "Content-Type: text/plain; charset=UTF-8\n",
        Sentence("", "bus"): "bws",
        Sentence("date", "May"): "Mai",
        Sentence("", "not yet"): "",
        Sentence("", 'a "tŷ"\n'): "tŷ\n",
    }
    read = gettext.GNUTranslations(io.BytesIO(mo(known)))
    assert (read.gettext("bus"), read.pgettext("date", "May"), read.gettext("not yet")) == ("bws", "Mai", "not yet")
    assert read.gettext('a "tŷ"\n') == "tŷ\n"
    text = write_po(known, {sentence: ["here.py"] for sentence in known if sentence != HEAD})
    assert read_po(text) == known


def test_days_in_both_languages() -> None:
    day = day_words(MONDAY.date())
    assert str(day) == "Monday 7 June"
    with speaking("cy"):
        assert str(day) == "dydd Llun 7 Mehefin"
        assert len({str(each) for each in (*WEEKDAYS, *MONTHS)}) == 19
        assert str(phrase("Leave at {time}", time="10:05")) == "Gadael am 10:05"
    with speaking("en"):
        assert str(day) == "Monday 7 June"


# --- Refusals, through the API


@pytest.fixture
def welsh(world: World) -> World:
    """Ann speaks Welsh."""
    ann = world.users["ann"].passenger
    ann.language = Language.CY
    ann.save()
    return world


def test_a_rule_says_no_in_the_passengers_language_and_in_english_to_the_operator(welsh: World) -> None:
    late = welsh.wish(leave_at=welsh.at(22))
    problem = welsh.post("ann", "offers", late).json()
    assert problem["title"] == "Y tu allan i'r oriau"
    assert problem["detail"].startswith("Mae Ripon, Bedale and Masham yn rhedeg rhwng 06:55 a 18:00 (dydd Llun 7 Mehefin).")
    assert problem["alternatives"][0]["text"].endswith("dydd Llun 7 Mehefin")
    assert problem["type"] == "/api/v1/problems/outside-hours"
    kept = welsh.get("dispatcher", "services/ripon/days/2027-06-07/refusals").json()["results"][0]
    assert (kept["title"], kept["passenger"]) == ("Outside the hours", "Ann")
    assert kept["alternatives"][0]["text"].endswith("on Monday 7 June")
    assert kept["alternatives"][0]["leave_at"] == problem["alternatives"][0]["leave_at"]


def test_no_room_is_said_in_the_passengers_language_with_what_would_do(welsh: World) -> None:
    Service.objects.update(duplicate_m=0, one_at_a_time=False)  # or she would be told that she has booked it already
    for _ in range(20):
        answer = welsh.post("ann", "offers", welsh.wish(party={"adults": 8}, leave_at=welsh.at(12, 5))).json()
        if answer["refusal"]:
            break
        assert welsh.post("ann", "bookings", {"offer": answer["offers"][0]["id"]}).status_code == 201
    refusal = answer["refusal"]
    assert refusal["title"] == "Dim lle ar yr adeg honno"
    assert re.search(r"(Dewiswch un o'r amseroedd eraill|Ffoniwch y gweithredwr)\.$", refusal["detail"])
    for each in refusal["leeway"]:
        assert each["text"].startswith("Beth fyddai'n ddigon: ")


def test_others_are_answered_in_english(welsh: World) -> None:
    late = welsh.wish(leave_at=welsh.at(22))
    assert welsh.post("bob", "offers", late).json()["title"] == "Outside the hours"
    assert (
        welsh.post("agent", "offers", {**late, "passenger": welsh.users["ann"].passenger.pk}).json()["title"]
        == "Outside the hours"
    )


# --- First sounds that change


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dydd Sul 6 Mehefin", "ddydd Sul 6 Mehefin"),
        ("Dydd Llun", "Ddydd Llun"),
        ("14:05, dydd Sul", "14:05, dydd Sul"),  # a time of day is read as it will
        ("Caerdydd", "Gaerdydd"),
        ("Pwllheli", "Bwllheli"),
        ("Tywyn", "Dywyn"),
        ("Bala", "Fala"),
        ("Gwynedd", "Wynedd"),
        ("Machynlleth", "Fachynlleth"),
        ("Llanelli", "Lanelli"),
        ("Rhyl", "Ryl"),
        ("Chwefror", "Chwefror"),
        ("Ionawr", "Ionawr"),
        ("", ""),
    ],
)
def test_the_soft_mutation(text: str, told: str) -> None:
    assert soft(text) == told
    assert f"{Said(text):soft}" == told
    assert f"{Said(text)}" == text


def test_a_date_after_a_word_that_changes_it_is_changed() -> None:
    ahead = phrase("Journeys are booked up to {span} ahead: for {day} from {opens} on.")
    days = {"day": day_words(date(2027, 6, 13)), "opens": day_words(date(2027, 6, 6))}
    said = ahead.with_values(span=phrase("{count} days", count=7), **days)
    with speaking("cy"):
        told = "Caiff teithiau eu bwcio hyd at 7 diwrnod ymlaen llaw: ar gyfer dydd Sul 13 Mehefin o ddydd Sul 6 Mehefin ymlaen."
        assert str(said) == told
    assert str(said) == "Journeys are booked up to 7 days ahead: for Sunday 13 June from Sunday 6 June on."


SOFTENING = r"\b(?:o|i|ar|am|at|gan|heb|dan|dros|drwy|trwy|wrth|tan|hyd)"
DATES = r"\{(?:day|time|date|opens)\}"


def test_no_translation_forgets_to_change_a_date() -> None:
    (path,) = CATALOGUES
    found = [told for told in read_po(path.read_text(encoding="utf-8")).values() if re.search(f"{SOFTENING} {DATES}", told)]
    assert found == []
    assert re.search(f"{SOFTENING} {DATES}", "Caewyd o {day} ymlaen")  # the control
