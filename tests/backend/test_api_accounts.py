"""Accounts, statements, receipts and the check of the money, as people see them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from bookings.models import Account, Audit, Booking, LedgerEntry, Passenger, Receipt, Service
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(world: World) -> Account:
    """Ann travels on the account of a school with a name like a formula."""
    Service.objects.update(payment_methods=["on_board", "on_account"])
    account = Account.objects.create(operator=world.service.operator, name="=cmd|' /C calc'!A0", reference="PO 7")
    Passenger.objects.filter(name="Ann").update(account=account, name="=1+1 Ann")
    return account


def on_account(world: World, **wish: Any) -> str:
    offer = world.offers("ann", **wish)[0]["id"]
    booked = world.post("ann", "bookings", {"offer": offer, "pay_by": "on_account"})
    assert booked.status_code == 201, booked.data
    assert booked.json()["pay_by"] == "on_account"
    return str(booked.json()["reference"])


def test_a_dispatcher_sees_what_an_account_owes_and_what_came_in(world: World, account: Account) -> None:
    reference = on_account(world)
    assert world.get("dispatcher", "accounts").json() == [
        {"id": account.pk, "name": account.name, "reference": "PO 7", "email": "", "active": True}
    ]
    paid = world.post("dispatcher", f"accounts/{account.pk}/payments", {"pence": 150, "note": "transfer 12"})
    assert (paid.status_code, paid.json()["pence"]) == (201, 150)
    told = world.get("dispatcher", f"accounts/{account.pk}/statements/2027-06").json()
    assert (told["month"], told["before_pence"], told["after_pence"]) == ("2027-06", 0, 50)
    assert [(line["kind"], line["reference"], line["pence"]) for line in told["lines"]] == [
        ("charge", reference, 200),
        ("payment", "", -150),
    ]
    assert LedgerEntry.objects.get(kind="payment").by == world.users["dispatcher"]


def test_for_a_spreadsheet_there_are_no_formulas(world: World, account: Account) -> None:
    reference = on_account(world)
    world.post("dispatcher", f"accounts/{account.pk}/payments", {"pence": 150, "note": "=HYPERLINK(1)"})
    answer = world.get("dispatcher", f"accounts/{account.pk}/statements/2027-06", HTTP_ACCEPT="text/csv")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["kind"], row["reference"], row["passenger"], row["pounds"], row["note"]) for row in rows] == [
        ("owed before", "", "", "0.00", ""),
        ("charge", reference, "'=1+1 Ann", "2.00", ""),
        ("payment", "", "", "-1.50", "'=HYPERLINK(1)"),
        ("owed after", "", "", "0.50", ""),
    ]


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
def test_everybody_in_a_statement_was_looked_at(world: World, account: Account, accept: str) -> None:
    reference = on_account(world)
    traveller = Booking.objects.get(reference=reference).passenger_id
    world.get("dispatcher", f"accounts/{account.pk}/statements/2027-06", HTTP_ACCEPT=accept)
    world.get("dispatcher", f"accounts/{account.pk}/statements/2027-05", HTTP_ACCEPT=accept)  # nobody is in it
    looks = Audit.objects.filter(operation__startswith="GET accounts").values_list("kind", "key", "passenger")
    key = str(account.pk)
    assert list(looks.order_by("pk")) == [("account", key, None), ("account", key, traveller), ("account", key, None)]
    trail = world.get("dispatcher", f"passengers/{traveller}/audit").json()["results"]
    assert [row["who"] for row in trail if row["kind"] == "account"] == ["Dispatcher"]


@pytest.mark.parametrize("pence", [0, -1, "1", 1.5, None])
def test_a_payment_of_nothing_is_none(world: World, account: Account, pence: object) -> None:
    assert world.post("dispatcher", f"accounts/{account.pk}/payments", {"pence": pence}).status_code == 400
    assert not LedgerEntry.objects.exists()


def test_accounts_are_for_dispatchers_of_their_operator(world: World, account: Account) -> None:
    for who, status in (("ann", 403), ("agent", 403), ("ash", 403), ("otto", 404)):
        assert world.get(who, f"accounts/{account.pk}/statements/2027-06").status_code == status
        assert world.post(who, f"accounts/{account.pk}/payments", {"pence": 1}).status_code == status
    assert world.get("otto", "accounts").json() == []
    for month in ("2027-13", "2027-00", "june", "1999-06"):
        assert world.get("dispatcher", f"accounts/{account.pk}/statements/{month}").status_code == 404


def test_a_receipt_is_json_and_a_page_to_print(world: World) -> None:
    reference = world.book("ann", party={"adults": 1, "children": 1})["reference"]
    early = world.post("ann", f"bookings/{reference}/receipts")
    assert (early.status_code, early.json()["type"]) == (409, "/api/v1/problems/no-receipt")
    Booking.objects.update(status="completed")
    made = world.post("ann", f"bookings/{reference}/receipts")
    assert made.status_code == 201
    receipt = made.json()
    assert (receipt["number"], receipt["pence"], receipt["pay_by"]) == (1, 300, "on_board")
    assert [line["text"] for line in receipt["lines"]] == ["1 adult at £2.00", "1 child at £1.00"]
    assert world.get("ann", f"bookings/{reference}/receipts").json() == [receipt]
    assert world.get("ann", f"bookings/{reference}/receipts/1").json() == receipt
    for stranger in ("bob", "otto"):
        assert world.get(stranger, f"bookings/{reference}/receipts/1").status_code == 404
    assert world.get("ann", f"bookings/{reference}/receipts/2").status_code == 404

    browser = Client()
    browser.force_login(world.users["ann"])
    page = browser.get(f"/bookings/{reference}/receipts/1/")
    assert page.status_code == 200
    text = page.content.decode()
    for part in ("Receipt no. 1", "1 child at £1.00", "£3.00", "to the driver", reference, "Monday 7 June 2027"):
        assert part in text
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert browser.get(f"/bookings/{reference}/receipts/9/").status_code == 404


def test_names_on_a_receipt_are_text(world: World) -> None:
    reference = world.book("ann")["reference"]
    Passenger.objects.filter(name="Ann").update(name="<script>alert(1)</script>")
    Booking.objects.update(status="completed")
    world.post("ann", f"bookings/{reference}/receipts")
    page = world.get("ann", f"bookings/{reference}/receipts/1", HTTP_ACCEPT="text/html").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_check_says_whether_the_money_adds_up(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    reference = world.book("ann")["reference"]
    call_command("check_money")
    told = capsys.readouterr().out
    assert "It adds up." in told
    assert "charged" in told
    assert "2.00" in told
    Booking.objects.update(status="cancelled")
    with pytest.raises(CommandError, match=f"{reference} .cancelled. owes 200p by the ledger and 0p"):
        call_command("check_money")
    assert not Receipt.objects.exists()


def test_the_migration_charges_what_stands(world: World) -> None:
    from importlib import import_module

    from django.apps import apps

    world.book("ann")
    held = world.book("bob", hold=True)["reference"]
    LedgerEntry.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
    import_module("bookings.migrations.0040_charges").charge_what_stands(apps, None)
    assert [(entry.kind, entry.pence) for entry in LedgerEntry.objects.all()] == [("charge", 200)]
    assert not LedgerEntry.objects.filter(booking__reference=held).exists()
    call_command("check_money")
