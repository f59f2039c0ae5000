"""A phone agent is asked whether the bus comes to some place, and finds it without a mouse, on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.backend.api_world import World
from tests.journeys.test_pages_browser import DESK, PASSWORD, PHONE, Visit, visit

__all__ = ["visit"]  # a fixture

pytestmark = pytest.mark.browser

EVERYWHERE = pytest.mark.parametrize("visit", [DESK, PHONE], ids=["desk", "phone"], indirect=True)
AT_A_DESK = pytest.mark.parametrize("visit", [DESK], ids=["desk"], indirect=True)


@pytest.fixture
def agent(ripon: World, visit: Visit, settings: Any) -> Visit:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, and only for a test
    ripon.users["agent"].set_password(PASSWORD)
    ripon.users["agent"].save()
    visit.sign_in("agent")
    expect(visit.page.get_by_role("heading", name="Does the bus come near?")).to_be_visible()
    return visit


def box(page: Page) -> Any:
    return page.get_by_role("combobox", name="Place")


def pointed_at(page: Page) -> str | None:
    """The text of the option that the field points at, as a screen reader would follow it."""
    found: str | None = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText ?? null"
    )
    return found


@EVERYWHERE
def test_from_a_misspelt_word_to_the_stop_by_keyboard(agent: Visit) -> None:
    page = agent.page
    agent.is_sound()
    box(page).press_sequentially("ripon comunity hospitl", delay=20)

    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Ripon Community Hospital")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    found = agent.api("places?service=ripon&q=ripon comunity hospitl")["places"]
    expect(options).to_have_count(len(found))
    expect(page.locator("#place-status")).to_have_text(f"{len(found)} place{'s' if len(found) > 1 else ''}")
    agent.is_sound()  # with the list open, too

    page.keyboard.press("ArrowDown")
    assert "Ripon Community Hospital" in (pointed_at(page) or "")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    expect(box(page)).to_have_value("Ripon Community Hospital, Ripon")
    expect(box(page)).to_be_focused()
    expect(page.get_by_role("listbox")).to_be_hidden()
    stop = found[0]["stop"]
    expect(page.locator("#place-answer")).to_contain_text(
        f"Yes. The bus stops at {stop['label']} ({stop['code']}), {stop['walk_m']} m"
    )
    agent.is_sound()


@AT_A_DESK
def test_the_arrows_go_round_and_escape_closes_then_empties(agent: Visit) -> None:
    page = agent.page
    box(page).fill("ripon")
    options = page.get_by_role("option")
    expect(options).to_have_count(8)

    page.keyboard.press("ArrowUp")
    assert pointed_at(page) == options.last.inner_text()
    page.keyboard.press("ArrowDown")
    assert pointed_at(page) is None  # between the last and the first stands the field itself
    page.keyboard.press("ArrowDown")
    assert pointed_at(page) == options.first.inner_text()

    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box(page)).to_have_value("ripon")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Escape")
    expect(box(page)).to_have_value("")


@EVERYWHERE
def test_a_finger_takes_a_place_and_an_edit_takes_the_answer_away(agent: Visit) -> None:
    page = agent.page
    box(page).fill("masham market")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("Masham Market Place")
    assert option.bounding_box()["height"] >= 44
    option.click()
    expect(page.locator("#place-answer")).to_contain_text("Yes.")

    box(page).press_sequentially(" bedale")
    expect(page.locator("#place-answer")).to_be_hidden()


@AT_A_DESK
def test_what_is_called_nothing_and_a_server_that_is_gone_are_said(agent: Visit) -> None:
    page = agent.page
    box(page).fill("xyzzyqq")
    expect(page.locator("#place-status")).to_have_text("Nothing is called “xyzzyqq”.")
    expect(page.get_by_role("listbox")).to_be_hidden()

    agent.context.set_offline(True)
    box(page).fill("ripon")
    expect(page.locator("#place-status")).to_have_text("No connection to the server.")
    agent.context.set_offline(False)
    box(page).press("Enter")
    expect(page.get_by_role("option")).to_have_count(8)


@AT_A_DESK
def test_one_question_for_a_word_and_not_one_for_each_letter(agent: Visit) -> None:
    page = agent.page
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "/places?" in sent.url else None)

    box(page).press_sequentially("bedale leisure", delay=15)
    expect(page.get_by_role("option").first).to_contain_text("Bedale leisure centre")

    assert len(asked) <= 3


@AT_A_DESK
def test_an_answer_that_comes_late_does_not_replace_a_later_one(agent: Visit) -> None:
    page = agent.page
    held: list[Any] = []
    page.route("**/api/v1/places?*q=masham*", lambda route: held.append(route))
    with page.expect_request("**/api/v1/places?*q=masham*"):
        box(page).fill("masham")
    box(page).fill("bedale")
    expect(page.get_by_role("option").first).to_contain_text("Bedale")

    with page.expect_response("**/api/v1/places?*q=masham*"):
        held[0].continue_()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(page.get_by_role("option").first).to_contain_text("Bedale")


def test_a_stranger_has_no_box_to_search_in(client: Any, db: None) -> None:
    assert b'role="combobox"' not in client.get("/").content
