"""Series are placed, ended and forgotten while others book, erase and sign in: nobody waits in a circle, or for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from bookings import limits, travellers
from bookings.actions import erase_passenger, repeat, series_days
from bookings.actions.erase_passenger import StillTravels
from bookings.actions.series_days import place_due
from bookings.models import Booking, Day, Operator, Passenger, Series, Service, Status
from bookings.travellers import PassengerErased
from tests.bookings.test_series import FRI, WED, begin, june, start
from tests.bookings.town import Desk, open_desk
from tests.journeys.storm import Meeting, all_at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("storms")]

Meet = Callable[[], object]
MORNING, NOON = "Mill->Station leave 9:00", "Mill->Station leave 12:00"


@pytest.fixture
def desk() -> Desk:
    """It's Tuesday; what is cancelled from now on is late."""
    desk = open_desk("van1 Depot 8:00-17:00 seats 4")
    Service.objects.update(late_cancel_s=4 * 24 * 3600)
    desk.service = Service.objects.get()
    return desk


def told(call: Callable[[], object]) -> str:
    """What somebody is told, or `deadlock`."""
    try:
        call()
    except OperationalError as error:
        return "deadlock" if "deadlock detected" in str(error) else str(error)
    except (PassengerErased, StillTravels) as error:
        return error.kind
    return "done"


def in_thread(name: str, call: Callable[[], object]) -> Callable[[], str]:
    """The same in a thread that tests know by name."""

    def named() -> str:
        threading.current_thread().name = name
        return told(call)

    return named


def first_time(name: str, call: Callable[..., Any], *, before: Meet | None = None, after: Meet | None = None) -> Any:
    """A function that meets others before or after its first call in a thread."""
    been: list[str] = []

    def met(*args: Any, **more: Any) -> Any:
        mine = threading.current_thread().name == name and not been
        if mine:
            been.append(name)
            if before:
                before()
        found = call(*args, **more)
        if mine and after:
            after()
        return found

    return met


# --- A booking on a day that is placed later


def regular_and_booker(desk: Desk, monkeypatch: pytest.MonkeyPatch, place: Callable[[Series], object]) -> list[str]:
    """Ann's series has its Wednesday locked with Ann, when somebody who has the Friday comes to book for her, too."""
    series = begin(desk, desk.wish(MORNING), WED, FRI)
    offer = replace(desk, date=june(4)[0]).offers("ann", NOON)[0]
    meeting, lock = Meeting(2), limits.lock
    regular = first_time("regular", lock, after=meeting.wait)
    monkeypatch.setattr(limits, "lock", first_time("booker", regular, before=meeting.wait))
    return all_at_once([in_thread("regular", lambda: place(series)), in_thread("booker", partial(desk.accept, offer))])


def test_somebody_who_books_for_the_same_passenger_waits_for_one_day_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    place = partial(place_due, planner=desk.planner, now=desk.now)
    assert regular_and_booker(desk, monkeypatch, place) == ["done", "done"]
    assert Booking.objects.filter(status=Status.CONFIRMED).count() == 3


def test_control_in_one_transaction_both_wait_for_each_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def place(series: Series) -> None:
        with transaction.atomic():  # as it was
            place_due(series, planner=desk.planner, now=desk.now)

    assert "deadlock" in regular_and_booker(desk, monkeypatch, place)


# --- A series that is ended late


def ender_and_booker(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ann's series is ended with a strike for Wednesday, when somebody who has the Friday comes to book for her."""
    series = start(desk, desk.wish(MORNING), WED, FRI)
    offer = replace(desk, date=june(4)[0]).offers("ann", NOON)[0]
    meeting, lock = Meeting(2), limits.lock
    writing = repeat.writing
    monkeypatch.setattr(repeat, "writing", first_time("ender", writing, before=meeting.wait))
    monkeypatch.setattr(limits, "lock", first_time("booker", lock, before=meeting.wait))
    end = partial(repeat.end_series, series, cancel=True, planner=desk.planner, by=None, now=desk.now)
    return all_at_once([in_thread("ender", end), in_thread("booker", partial(desk.accept, offer))])


def test_who_ends_a_series_late_has_its_days_before_its_passenger(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ender_and_booker(desk, monkeypatch) == ["done", "done"]
    assert [booking.date for booking in Booking.objects.filter(status=Status.CONFIRMED)] == june(4)  # what was booked beside it
    assert Passenger.objects.get(name="ann").strikes.count() == 2


def test_control_day_by_day_both_wait_for_each_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def one_by_one(*_: object):  # type: ignore[no-untyped-def]
        yield

    monkeypatch.setattr(repeat, "writing", one_by_one)
    strike, met = repeat.cancel_booking, threading.Barrier(2)
    series = start(desk, desk.wish(MORNING), WED, FRI)
    offer = replace(desk, date=june(4)[0]).offers("ann", NOON)[0]
    lock = limits.lock
    monkeypatch.setattr(repeat, "cancel_booking", first_time("ender", strike, after=lambda: met.wait(60)))
    monkeypatch.setattr(limits, "lock", first_time("booker", lock, before=lambda: met.wait(60)))
    end = partial(repeat.end_series, series, cancel=True, planner=desk.planner, by=None, now=desk.now)
    assert "deadlock" in all_at_once([in_thread("ender", end), in_thread("booker", partial(desk.accept, offer))])


# --- An erasure


def roller_and_eraser(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, locked: Callable[[Callable[[], None], Passenger], Passenger]
) -> list[str]:
    """The roll has Ann's series locked, when Ann is erased."""
    series = begin(desk, desk.wish(MORNING), WED)
    meeting = Meeting(2)
    monkeypatch.setattr(series_days, "_claim", first_time("roller", series_days._claim, after=meeting.wait))
    monkeypatch.setattr(erase_passenger, "_locked", partial(locked, meeting.wait))
    roll, erase = (
        partial(place_due, series, planner=desk.planner, now=desk.now),
        partial(erase_passenger.erase_passenger, series.passenger, now=desk.now),
    )
    return all_at_once([in_thread("roller", roll), in_thread("eraser", erase)])


def test_who_is_erased_while_a_day_is_placed_travels_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = erase_passenger._locked

    def locked(meet: Callable[[], None], passenger: Passenger) -> Passenger:
        meet()
        return real(passenger)

    assert roller_and_eraser(desk, monkeypatch, locked) == ["done", "still_travels"]
    assert Passenger.objects.get(name="ann").erased_at is None


def test_control_with_the_passenger_first_both_wait_for_each_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(meet: Callable[[], None], passenger: Passenger) -> Passenger:
        row = limits.lock(passenger)
        meet()
        return row

    assert "deadlock" in roller_and_eraser(desk, monkeypatch, locked)


def test_who_is_being_erased_is_booked_for_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ann is about to be booked for, when she is being erased and was looked through for journeys ahead already."""
    offer = desk.offers("ann", MORNING)[0]
    looked = Meeting(2)
    monkeypatch.setattr(erase_passenger, "_check", first_time("eraser", erase_passenger._check, after=looked.wait))

    monkeypatch.setattr(travellers, "lock_known", first_time("booker", travellers.lock_known, before=looked.wait))
    erase = partial(erase_passenger.erase_passenger, desk.passenger("ann"), now=desk.now)
    answers = all_at_once([in_thread("booker", partial(desk.accept, offer)), in_thread("eraser", erase)])
    assert answers == ["passenger_erased", "done"]
    assert not Booking.objects.exists()


def test_control_without_the_lock_a_bus_comes_for_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = desk.offers("ann", MORNING)[0]
    looked, booked = threading.Event(), threading.Event()

    def look(*args: Any) -> None:
        check(*args)
        looked.set()
        assert booked.wait(60)

    def book() -> None:
        assert looked.wait(60)
        desk.accept(offer)
        booked.set()

    check = erase_passenger._check
    monkeypatch.setattr(erase_passenger, "_check", look)
    monkeypatch.setattr(travellers, "lock_known", lambda passenger: passenger)
    erase = partial(erase_passenger.erase_passenger, desk.passenger("ann"), now=desk.now)
    assert all_at_once([in_thread("booker", book), in_thread("eraser", erase)]) == ["done", "done"]
    assert Booking.objects.get(status=Status.CONFIRMED).passenger.erased_at is not None


def test_a_series_that_is_begun_while_its_passenger_is_locked_for_an_erasure_is_locked_with_the_rest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, lock, tries = desk.passenger("ann"), limits.lock, []

    def meanwhile(passenger: Passenger) -> Passenger:
        tries.append(passenger)
        if len(tries) == 1:
            monkeypatch.setattr(limits, "lock", lock)
            with ThreadPoolExecutor(1) as other:
                other.submit(told, partial(begin, desk, desk.wish(MORNING), WED)).result()
                other.submit(connections.close_all).result()
            monkeypatch.setattr(limits, "lock", meanwhile)
        return lock(passenger)

    monkeypatch.setattr(limits, "lock", meanwhile)
    erase_passenger.erase_passenger(ann, now=desk.now)
    assert len(tries) == 2  # once more from the beginning
    assert Series.objects.get().ended_at is not None


# --- Nobody else has to wait while days are searched


def free_while_searching(desk: Desk, monkeypatch: pytest.MonkeyPatch, place: Callable[[Series], object]) -> list[str]:
    """What others can lock without waiting while the second day is searched."""
    series, free = begin(desk, desk.wish(MORNING), WED, FRI), []
    search = series_days.find_offers

    def try_all() -> None:
        for rows in (Operator.objects.all(), Passenger.objects.all(), Series.objects.all(), Day.objects.filter(date=june(2)[0])):
            try:
                with transaction.atomic():
                    if list(rows.select_for_update(nowait=True, no_key=True)):
                        free.append(rows.model.__name__)
            except OperationalError:
                continue
        connections.close_all()

    def searching(asked: Any, **more: Any) -> Any:
        if asked.date == june(4)[0]:
            with ThreadPoolExecutor(1) as other:
                other.submit(try_all).result()
        return search(asked, **more)

    monkeypatch.setattr(series_days, "find_offers", searching)
    place(series)
    return free


def test_nobody_waits_while_days_are_searched(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    place = partial(place_due, planner=desk.planner, now=desk.now)
    assert free_while_searching(desk, monkeypatch, place) == ["Operator", "Passenger", "Series", "Day"]


def test_control_in_one_transaction_they_would(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def place(series: Series) -> None:
        with transaction.atomic():
            Operator.objects.select_for_update(no_key=True).get()  # as where the passenger is new
            place_due(series, planner=desk.planner, now=desk.now)

    assert free_while_searching(desk, monkeypatch, place) == []


def test_a_series_that_is_locked_for_too_long_is_left_for_the_next_roll(desk: Desk) -> None:
    series = begin(desk, desk.wish(MORNING), WED, FRI)
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Series.objects.select_for_update().get()
            locked.set()
            done.wait(60)
        connections.close_all()

    with ThreadPoolExecutor(1) as other:
        other.submit(hold)
        assert locked.wait(60)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        assert place_due(series, planner=desk.planner, now=desk.now) == 0
        done.set()
    connection.close()
    assert place_due(series, planner=desk.planner, now=desk.now) == 2
