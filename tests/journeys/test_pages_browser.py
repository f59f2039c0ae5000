"""The pages in a browser: a dispatcher's day and a driver's manifest, agreeing with the API, on a desk and on a phone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backend import tasks
from backend.celery import app
from bookings.models import Passenger, Service, Shift
from tests.backend.api_world import World

pytestmark = pytest.mark.browser

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PASSWORD = "moor and dale"
DAY = "/dispatch/ripon/2027-06-07/"
WISHES: tuple[tuple[str, str, int, dict[str, int]], ...] = (
    ("RIP01", "BED01", 10, {"adults": 1}),
    ("RIP03", "BED01", 10, {"adults": 1, "children": 2}),
    ("MAS01", "RIP01", 14, {"concessions": 1, "companions": 1, "wheelchairs": 1}),
)


@dataclass
class Visit:
    """Somebody at a browser window; what went wrong in it is kept."""

    base: str
    context: BrowserContext
    page: Page
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def sign_in(self, name: str) -> None:
        self.page.goto(f"{self.base}/sign-in/")
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="Sign in").click()

    def api(self, path: str) -> Any:
        """What the API tells this browser's user."""
        return self.context.request.get(f"{self.base}/api/v1/{path}", headers={"Accept": "application/json"}).json()

    def is_sound(self) -> None:
        """No error in the console, nothing asked of another host, no serious barrier, nothing wider than the window."""
        assert self.errors == []
        assert self.elsewhere == []
        found = Axe().run(self.page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")] == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture
def busy_monday(ripon: World, settings: Any) -> World:
    """A Monday with three bookings; everybody has a password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, and only for a test
    Service.objects.update(one_at_a_time=False)  # all of them are Ann's
    for origin, destination, hour, party in WISHES:
        ripon.book("ann", origin={"stop": origin}, destination={"stop": destination}, leave_at=ripon.at(hour), party=party)
    for user in ripon.users.values():
        user.set_password(PASSWORD)
        user.save()
    return ripon


@pytest.fixture
def visit(browser: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    context = browser.new_context(viewport=request.param, locale="en-GB", timezone_id="Europe/London")
    visit = Visit(live_server.url, context, context.new_page())
    visit.page.clock.set_fixed_time("2027-06-07T07:00:00+01:00")
    visit.page.on("console", lambda said: visit.errors.append(said.text) if said.type == "error" else None)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    own = urlsplit(live_server.url).netloc
    visit.page.on("request", lambda sent: None if urlsplit(sent.url).netloc in (own, "") else visit.elsewhere.append(sent.url))
    with under_way() as calls:
        yield visit
        context.close()
        wait_until_answered(calls)


@contextmanager
def under_way() -> Iterator[Counter[str]]:
    """How many calls the server has begun and ended. Its threads don't tell: browsers keep connections and ask nothing there."""
    calls: Counter[str] = Counter()

    def begun(**_: Any) -> None:
        calls["begun"] += 1

    def ended(**_: Any) -> None:
        calls["ended"] += 1

    request_started.connect(begun)
    request_finished.connect(ended)
    try:
        yield calls
    finally:
        request_started.disconnect(begun)
        request_finished.disconnect(ended)


def wait_until_answered(calls: Counter[str]) -> None:
    """Wait for calls that the page had begun when it was closed: they would hold tables that are about to be emptied."""
    give_up = monotonic() + 20
    quiet_since = monotonic()
    while monotonic() < min(quiet_since + 0.1, give_up):
        if calls["begun"] != calls["ended"]:
            quiet_since = monotonic()
        sleep(0.02)


@pytest.mark.parametrize("visit", [DESK, PHONE], ids=["desk", "phone"], indirect=True)
def test_a_dispatcher_watches_the_day(busy_monday: World, visit: Visit) -> None:
    page = visit.page
    visit.sign_in("dispatcher")

    expect(page).to_have_url(f"{visit.base}{DAY}")
    expect(page.locator("[data-booking]")).to_have_count(3)
    day = visit.api("services/ripon/days/2027-06-07")
    expect(page.get_by_role("heading", level=1)).to_have_text("Monday 7 June 2027")
    expect(page.locator("#revision")).to_contain_text(f"Revision {day['revision']}")
    expect(page.locator('[data-figure="passengers"] dd')).to_have_text("6")
    # Every call is on the time line once, and every shift with calls has its line on the map.
    assert sum(len(shift["calls"]) for shift in day["shifts"]) == 6
    expect(page.locator(".timeline .visit .board, .timeline .visit .alight")).to_have_count(marks(day))
    expect(page.locator("path.route")).to_have_count(sum(1 for shift in day["shifts"] if shift["path"]))
    expect(page.locator("path.road").first).to_be_attached()
    visit.is_sound()

    # One booking, selected in the list, shows on the time line and on the map as well; Escape lets go of it.
    chosen = day["bookings"][2]
    row = page.locator(f'[data-booking="{chosen["reference"]}"]')
    row.get_by_role("button").click()
    expect(row).to_contain_text("1 wheelchair")
    expect(row).to_contain_text(chosen["pickup"]["until"][11:16])
    expect(page.locator(".ride rect")).to_have_count(1)
    expect(page.locator(".ride-mark")).to_have_count(2)
    visit.is_sound()
    page.keyboard.press("Escape")
    expect(page.locator(".ride-mark")).to_have_count(0)

    page.get_by_label("Search bookings").fill(chosen["reference"].lower())
    expect(page.locator("[data-booking]")).to_have_count(1)


def marks(day: dict[str, Any]) -> int:
    """Those who board (or alight) together at one call are one mark on the time line."""
    return sum(len({(call["action"], call["number"]) for call in shift["calls"]}) for shift in day["shifts"])


@pytest.mark.parametrize("visit", [DESK], ids=["desk"], indirect=True)
def test_a_dispatcher_asks_for_a_better_plan_and_is_told_what_came_of_it(
    busy_monday: World, visit: Visit, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REOPTIMISE_S = 1

    def at_once(name: str, args: list[Any], kwargs: dict[str, Any], task_id: str) -> None:
        assert name == tasks.reoptimise.name
        tasks.reoptimise.apply(args=args, kwargs=kwargs, task_id=task_id)

    monkeypatch.setattr(app, "send_task", at_once)
    visit.sign_in("dispatcher")
    visit.page.get_by_role("button", name="Re-optimise").click()

    expect(visit.page.locator("#message")).to_contain_text("plan")
    expect(visit.page.get_by_role("button", name="Re-optimise", exact=True)).to_be_enabled()
    optimised = visit.api("services/ripon/days/2027-06-07")["optimised"]
    said = f"revision {optimised['revision']}" if optimised["published"] else optimised["why"]
    expect(visit.page.locator("#message")).to_contain_text(said)
    assert visit.errors == []


@pytest.mark.parametrize("visit", [DESK], ids=["desk"], indirect=True)
def test_a_day_without_bookings_and_a_day_that_cannot_be_fetched_say_so(busy_monday: World, visit: Visit) -> None:
    visit.sign_in("dispatcher")
    visit.page.get_by_role("link", name="Tuesday 8 June 2027").click()
    expect(visit.page.locator("#message")).to_contain_text("No bookings on this day yet")
    visit.is_sound()

    visit.page.route("**/api/v1/services/ripon/days/**", lambda route: route.abort())
    visit.page.reload()
    expect(visit.page.locator("#message")).to_contain_text("No connection to the server.")
    visit.page.unroute("**/api/v1/services/ripon/days/**")
    visit.page.get_by_role("button", name="Try again").click()
    expect(visit.page.locator("#message")).to_contain_text("No bookings on this day yet")


@pytest.mark.parametrize("visit", [PHONE], ids=["phone"], indirect=True)
def test_the_few_figures_of_a_quiet_day_fill_their_box_on_a_phone(busy_monday: World, visit: Visit) -> None:
    visit.sign_in("dispatcher")
    visit.page.get_by_role("link", name="Tuesday 8 June 2027").click()
    expect(visit.page.locator("#message")).to_contain_text("No bookings on this day yet")
    cells = [cell.bounding_box() or {} for cell in visit.page.locator(".figures div").all()]
    whole = visit.page.locator(".figures").bounding_box() or {}
    covered = sum(cell["width"] * cell["height"] for cell in cells)
    assert len(cells) % 3, "else there is nothing left over to fill"
    assert covered >= 0.9 * whole["width"] * whole["height"]


@pytest.mark.parametrize("visit", [PHONE], ids=["phone"], indirect=True)
def test_a_driver_follows_the_manifest_on_a_phone(busy_monday: World, visit: Visit) -> None:
    page = visit.page
    day = busy_monday.get("dispatcher", "services/ripon/days/2027-06-07").json()
    mine = next(shift["id"] for shift in day["shifts"] if shift["calls"])
    shift = Shift.objects.select_related("driver").get(pk=mine)
    assert shift.driver is not None
    visit.sign_in(shift.driver.code)
    expect(page).to_have_url(f"{visit.base}/drive/")
    expect(page.get_by_role("heading", name="Now and next")).to_be_visible()
    visit.is_sound()

    page.get_by_role("link", name="Open manifest").locator(f'xpath=self::*[@href="/shifts/{mine}/manifest/"]').click()
    manifest = visit.api(f"shifts/{mine}/manifest")
    rows = page.locator(".call")
    expect(rows).to_have_count(len(manifest["calls"]))
    for row, call in zip(rows.all(), manifest["calls"], strict=True):
        shown = row.inner_text()
        assert (call["booking"] or "Break") in shown
        if call["action"] != "break":
            assert call["passenger"]["name"] in shown
            assert f"{call['load']['seats']} seat" in shown or "empty" in shown or "wheelchair" in shown
    visit.is_sound()
    smallest = min(button.bounding_box()["height"] for button in page.locator(".reports .button").all())  # type: ignore[index]
    assert smallest >= 44

    page.get_by_text("Directions to the next call").click()
    way = visit.api(f"shifts/{mine}/directions")
    told = page.locator("#directions")
    expect(told.locator("li")).to_have_count(len(way["turns"]))
    expect(told).to_contain_text(way["end"])
    expect(told.locator("li").first).to_contain_text(way["turns"][0]["words"])
    visit.is_sound()

    # Out of coverage a report waits on the device; back in coverage it arrives by itself, once.
    boarding = page.locator(".call.board").first
    visit.context.set_offline(True)
    boarding.get_by_role("button", name="Boarded").click()
    expect(page.locator("#message")).to_contain_text("1 report not sent yet")
    visit.context.set_offline(False)
    expect(page.locator(".call.board").first).to_contain_text("Boarded")
    expect(page.locator("#message")).to_be_hidden()
    after = visit.api(f"shifts/{mine}/manifest")["calls"]
    assert [call["status"] for call in after if call["action"] == "board"].count("done") == 1


@pytest.mark.parametrize("visit", [DESK, PHONE], ids=["desk", "phone"], indirect=True)
def test_a_name_without_end_hides_nothing_else(busy_monday: World, visit: Visit) -> None:
    Passenger.objects.update(name="W" * 120, needs="m" * 200)
    visit.sign_in("dispatcher")
    visit.is_sound()
    shift = max(visit.api("services/ripon/days/2027-06-07")["shifts"], key=lambda each: len(each["calls"]))["id"]
    visit.page.goto(f"{visit.base}/shifts/{shift}/manifest/")
    wider = "[...document.querySelectorAll('.who, .needs')].filter((each) => each.scrollWidth > each.clientWidth + 1).length"
    assert visit.page.evaluate(wider) == 0
    visit.is_sound()
    visit.page.emulate_media(media="print")
    visit.page.set_viewport_size({"width": 703, "height": 1000})  # A4 less its margins
    assert visit.page.evaluate(wider) == 0


@pytest.mark.parametrize("visit", [DESK], ids=["desk"], indirect=True)
def test_the_manifest_on_paper_has_its_head_on_every_page_and_no_buttons(busy_monday: World, visit: Visit) -> None:
    page = visit.page
    Passenger.objects.update(name="Persephone Featherstonehaugh-Ramsbottom")
    visit.sign_in("dispatcher")
    days = visit.api("services/ripon/days/2027-06-07")["shifts"]
    shift = max(days, key=lambda each: len(each["calls"]))["id"]
    page.goto(f"{visit.base}/shifts/{shift}/manifest/")
    page.emulate_media(media="print")

    style = "(selector, name) => getComputedStyle(document.querySelector(selector))[name]"
    shown = f"([selector, name]) => ({style})(selector, name)"
    assert page.evaluate(shown, [".calls thead", "display"]) == "table-header-group"
    assert page.evaluate(shown, [".calls tbody", "breakInside"]) == "avoid"
    expect(page.locator(".reports").first).to_be_hidden()
    expect(page.locator(".box").first).to_be_visible()
    expect(page.locator(".running")).to_contain_text("revision")
    sheet = page.evaluate("[...document.styleSheets].flatMap((each) => [...each.cssRules]).map((rule) => rule.cssText).join(' ')")
    assert 'counter(page) " of " counter(pages)' in sheet
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    # A4 less its margins is 186 mm wide: nothing sticks out.
    page.set_viewport_size({"width": 703, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
