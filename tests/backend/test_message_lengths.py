"""Text messages are charged by the part: two at most, in both languages, whatever names and numbers are in them.

One part more is allowed where a name is written in an alphabet that can't be put into Latin letters.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from backend.notify import segments
from backend.notify.segments import count, is_gsm, plain
from backend.notify.writing import write, write_code
from bookings.kinds import KINDS
from bookings.models import Booking, Event, Language, MessageChannel, Operator, Passenger, Service, Stop
from bookings.telling import Kind

SMS = MessageChannel.SMS.value

NAMES: dict[str, Callable[[int], str]] = {
    "plain": lambda length: ("Long Lane by the Church of St Mary Magdalene, " * 9)[:length],
    "Welsh": lambda length: ("Tŷ Newydd Llŷn â Phwllheli ŵyl " * 9)[:length],
    "every sign takes two": lambda length: "€" * length,
    "pictures": lambda length: ("🚌 Depot " * 40)[:length],
    "Polish": lambda length: ("Żółć, ulica Świętej Łucji " * 12)[:length],
}
OTHER_ALPHABETS: dict[str, Callable[[int], str]] = {
    "Greek": lambda length: ("Πλατεία Συντάγματος, " * 12)[:length],
    "Bulgarian": lambda length: ("Централна гара, София " * 12)[:length],
}


def case(name: Callable[[int], str], kind: Kind) -> tuple[Event, Booking]:
    """As long as all columns let it be, on a Wednesday in September, which is the longest date."""
    operator = Operator(name=name(120), phone="+44 1632 960100 ext 12345 ask for dispatch"[:40])
    service = Service(operator=operator, zone="Europe/London")
    stop = Stop(name=name(120), settlement="ŷ" + name(79))
    at = datetime(2027, 9, 29, 21, 50, tzinfo=UTC)
    booking = Booking(
        service=service,
        passenger=Passenger(operator=operator),
        date=at.date(),
        reference="WWW-MMM",
        fare_pence=2**31 - 1,
        pickup_from_at=at,
        pickup_until_at=at + timedelta(minutes=10),
        arrive_by_at=at + timedelta(hours=1),
        expected_pickup_at=at,
        held_until=at,
        pickup_stop=stop,
        dropoff_stop=stop,
    )
    data = {"vehicle": name(80), "registration": name(20), "why": name(200), "expected_pickup_at": at.isoformat()}
    return Event(kind=kind.on, service=service, booking=booking, at=at, data=data), booking


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("name", NAMES, ids=str)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_fits_into_two_parts(kind: Kind, name: str, language: str) -> None:
    event, booking = case(NAMES[name], kind)
    text = write(kind, event, booking, SMS, language).text
    assert count(text) <= 2, text
    assert ("WWW-MMM" if "{ref}" in kind.short else "22:50") in text, "what matters is never cut"


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("name", OTHER_ALPHABETS, ids=str)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_in_another_alphabet_three_parts_are_enough(kind: Kind, name: str, language: str) -> None:
    event, booking = case(OTHER_ALPHABETS[name], kind)
    assert count(write(kind, event, booking, SMS, language).text) <= 3


@pytest.mark.parametrize("language", Language.values)
def test_codes_fit_into_one_part_unless_the_name_is_long(language: str) -> None:
    def length(name: str) -> int:
        return count(write_code("123456", 10, Operator(name=name), SMS, language).text)

    assert length("Ure Valley Connect (demo)") == 1
    assert length("ŵ" * 120) <= 2


def test_control_without_fitting_they_would_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "fitted", lambda text, values, _: text(values))
    lengths = []
    for kind in KINDS:
        event, booking = case(NAMES["Welsh"], kind)
        lengths.append(count(write(kind, event, booking, SMS, "cy").text))
    assert max(lengths) > 5


def test_the_words_themselves_stay_in_the_alphabet_in_welsh_too() -> None:
    for kind in KINDS:
        event, booking = case(lambda length: "Mill", kind)
        booking.pickup_stop.settlement = ""  # type: ignore[union-attr]
        for language in Language.values:
            assert is_gsm(write(kind, event, booking, SMS, language).text), (kind.name, language)


def test_welsh_letters_are_kept_where_there_is_room_and_put_plainly_where_there_is_not() -> None:
    kind = next(kind for kind in KINDS if kind.name == "cancelled")
    event, booking = case(lambda length: "Tŷ", kind)
    booking.service.operator.name = "Bws Llŷn"
    text = write(kind, event, booking, SMS, "cy").text
    assert (count(text), "Llŷn" in text) == (2, True)

    long = next(kind for kind in KINDS if kind.name == "confirmed")
    event, booking = case(lambda length: "Tŷ Newydd", long)
    text = write(long, event, booking, SMS, "cy").text
    assert (count(text), "Ty Newydd" in text, is_gsm(text)) == (2, True, True)


def test_a_long_name_is_cut_before_a_short_one() -> None:
    kind = next(kind for kind in KINDS if kind.name == "confirmed")
    event, booking = case(lambda length: "Mill Lane", kind)
    booking.pickup_stop = Stop(name="Long Lane by the Church of St Mary Magdalene and All Saints " * 3)
    text = write(kind, event, booking, SMS, "en").text
    assert count(text) == 2
    assert "Mill Lane" in text
    assert "Long Lane by the Church of St Mary Magdalene and All Saints" in text
    assert ".." in text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        *(("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3)),
        *(("ŵ" * 70, 1), ("ŵ" * 71, 2), ("ŵ" * 134, 2), ("ŵ" * 135, 3)),
        *(("a" * 69 + "ŷ", 1), ("a" * 70 + "ŷ", 2)),
        *(("€" * 80, 1), ("€" * 81, 2), ("€" * 152, 2), ("€" * 153, 3)),  # 153 septets hold 76 signs of two
        *(("🚌" * 35, 1), ("🚌" * 36, 2), ("🚌" * 66, 2), ("🚌" * 67, 3)),  # 67 code units hold 33 signs of two
        ("", 1),
    ],
)
def test_parts_are_counted_as_networks_do(text: str, parts: int) -> None:
    assert count(text) == parts


@pytest.mark.parametrize("sign", "âêîôûŵŷáíóúÿẁÂŴŶ")
def test_which_letters_of_welsh_are_outside(sign: str) -> None:
    assert not is_gsm(sign)
    assert is_gsm(plain(sign))


@pytest.mark.parametrize("sign", "àèìòùéäöüÄÖÜ£@")
def test_and_which_are_inside(sign: str) -> None:
    assert is_gsm(sign)


def test_other_signs_become_what_looks_like_them() -> None:
    assert plain("‘Ann’s’ — “Tŷ”… Łódź\u00a0🚌") == "'Ann's' - \"Ty\"... Lodz "
    assert plain("София") == "София"
