"""A driver's map of the way ahead, and whose data every map and search are made of."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from bookings.models import Service, Shift, Stop
from tests.backend.api_world import World
from tests.journeys.test_pages_browser import DAY, DESK, PHONE, Visit, busy_monday, visit

__all__ = ["busy_monday", "visit"]  # fixtures

pytestmark = pytest.mark.browser

ASIDE = {"width": 844, "height": 390}
EVERYWHERE = pytest.mark.parametrize("visit", [DESK, PHONE, ASIDE], ids=["desk", "phone", "phone-on-its-side"], indirect=True)
ON_A_PHONE = pytest.mark.parametrize("visit", [PHONE], ids=["phone"], indirect=True)
AT_A_DESK_AND_ON_A_PHONE = pytest.mark.parametrize("visit", [DESK, PHONE], ids=["desk", "phone"], indirect=True)
OSM = "© OpenStreetMap contributors"


@pytest.fixture
def driving(busy_monday: World, visit: Visit) -> int:
    """The id of a shift with calls, whose driver has the manifest open."""
    day = busy_monday.get("dispatcher", "services/ripon/days/2027-06-07").json()
    mine: int = max(day["shifts"], key=lambda shift: len(shift["calls"]))["id"]
    driver = Shift.objects.select_related("driver").get(pk=mine).driver
    assert driver is not None
    visit.sign_in(driver.code)
    expect(visit.page.get_by_role("heading", name="Now and next")).to_be_visible()
    visit.page.goto(f"{visit.base}/shifts/{mine}/manifest/")
    return mine


def open_map(visit: Visit) -> Locator:
    visit.page.get_by_text("Map of the way ahead").click()
    found = visit.page.locator("#shift-map")
    expect(found.locator("path.road").first).to_be_attached()
    expect(found.locator(".bus-mark")).to_be_visible()
    return found


def is_without_barriers(visit: Visit) -> None:
    """Not even a slight one."""
    visit.is_sound()
    assert [(each["id"], each["nodes"][0]["html"]) for each in Axe().run(visit.page).response["violations"]] == []


@EVERYWHERE
def test_a_driver_sees_the_way_ahead_and_still_the_next_call(driving: int, visit: Visit) -> None:
    page = visit.page
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#map")).to_be_hidden()
    assert [url for url in asked if "shift_map.js" in url]
    assert not [url for url in asked if "leaflet" in url or "roads" in url], "a page that nobody looks at the map of stays light"
    is_without_barriers(visit)

    box = open_map(visit)

    way = visit.api(f"shifts/{driving}/way")
    numbers = {call["number"] for call in visit.api(f"shifts/{driving}/manifest")["calls"]}
    assert {leg["call"] for leg in way["legs"]} == numbers | {None}
    expect(box.locator("path.way")).to_have_count(len(way["legs"]))
    lines = [path.get_attribute("d") or "" for path in box.locator("path.way").all()]
    assert max(line.count("L") for line in lines) > 6, "along roads, not straight there"
    assert str(way["legs"][0]["call"]) in box.locator(".call-mark.next").inner_text().split("·")
    # Every mark is on the map, and none below the buttons.
    frame, tools = box.locator("#map").bounding_box(), box.locator(".map-tools").bounding_box()
    assert frame
    assert tools
    for mark in box.locator(".call-mark, .bus-mark").all():
        at = mark.bounding_box()
        assert at
        middle = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
        assert inside(middle, frame), (mark.inner_text(), at, frame)
        assert not inside(middle, tools), (mark.inner_text(), at, tools)
    # In words, for whoever sees no map: what comes next, and then all of it.
    first = way["legs"][0]
    expect(box.get_by_role("status")).to_contain_text(f"Next: call {first['call']}, {first['place']}, {first['arrive'][11:16]}")
    expect(box.locator("#map-words li")).to_have_count(len(way["legs"]))
    # The next call is below the map, on the screen, with its buttons; a thumb finds those of the map.
    expect(page.locator(".visit").first.locator(".when")).to_be_in_viewport(ratio=0.9)
    card, map_box = page.locator(".visit").first.locator(".when").bounding_box(), box.bounding_box()
    assert card
    assert map_box
    assert card["y"] >= map_box["y"] + map_box["height"]
    assert min(each.bounding_box()["height"] for each in box.get_by_role("button").all()) >= 44  # type: ignore[index]
    is_without_barriers(visit)


def inside(point: tuple[float, float], box: Any) -> bool:
    return bool(box["x"] <= point[0] <= box["x"] + box["width"] and box["y"] <= point[1] <= box["y"] + box["height"])


@ON_A_PHONE
def test_the_map_goes_on_with_what_the_driver_reports_and_nothing_on_it_moves_by_itself(driving: int, visit: Visit) -> None:
    page, box = visit.page, open_map(visit)
    first = visit.api(f"shifts/{driving}/way")["legs"][0]

    page.evaluate("addEventListener('transitionrun', () => (window.moved = true)); window.moved = false")
    page.get_by_role("button", name="Next call").click()
    expect(page.get_by_role("button", name="Next call")).to_have_attribute("aria-pressed", "true")
    box.get_by_label("Zoom in").click()
    page.wait_for_timeout(400)  # longer than Leaflet's zooming would take
    assert page.evaluate("window.moved") is False
    expect(page.get_by_role("button", name="Next call")).to_have_attribute("aria-pressed", "true")

    page.locator(".call.board").first.get_by_role("button", name="Arrived").click()
    expect(box.locator(".bus-mark.there")).to_be_visible()
    page.locator(".call.board").first.get_by_role("button", name="Boarded").click()
    expect(box.get_by_role("status")).to_contain_text(f"last reported at {first['place']}")
    assert visit.errors == []


@ON_A_PHONE
def test_without_a_connection_the_list_goes_on_and_the_map_says_so(driving: int, visit: Visit) -> None:
    page = visit.page
    visit.context.set_offline(True)
    page.get_by_text("Map of the way ahead").click()
    told = page.locator("#shift-map .map-told")
    expect(told).to_have_text("No map: No connection to the server. The calls are in the list below.")
    visit.context.set_offline(False)
    page.get_by_text("Map of the way ahead").click()
    open_map(visit)

    visit.context.set_offline(True)  # the way that is there stays
    for _ in range(20):  # an answer may have been on its way
        page.evaluate("document.dispatchEvent(new Event('manifest-renewed'))")
        page.wait_for_timeout(250)
        if "(No connection to the server.)" in told.inner_text():
            break
    expect(told).to_contain_text("(No connection to the server.)")
    expect(page.locator("path.way.next")).to_be_attached()


@ON_A_PHONE
def test_where_the_device_is_shows_on_the_map_alone_and_only_when_asked(driving: int, visit: Visit) -> None:
    page, box = visit.page, open_map(visit)
    page.get_by_role("button", name="Where I am").click()
    expect(box.get_by_role("status")).to_have_text("This device does not tell where it is.")

    page.reload()
    visit.context.grant_permissions(["geolocation"])
    visit.context.set_geolocation({"longitude": -1.5247, "latitude": 54.1361, "accuracy": 12})
    box = open_map(visit)
    expect(box.locator(".here-dot")).to_have_count(0)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    page.get_by_role("button", name="Where I am").click()
    expect(box.locator(".here-dot")).to_be_attached()
    assert not [each for each in sent if "54.136" in each]


@AT_A_DESK_AND_ON_A_PHONE
@pytest.mark.parametrize("sources", [["openstreetmap"], ["openstreetmap", "naptan", "code-point-open"]], ids=["osm", "all"])
def test_every_map_and_search_names_the_data_it_is_made_of(busy_monday: World, visit: Visit, sources: list[str]) -> None:
    Service.objects.update(sources=sources)
    page = visit.page
    texts = [source["text"] for source in busy_monday.get("dispatcher", "services/ripon").json()["attribution"]]
    visit.sign_in("dispatcher")
    expect(page).to_have_url(f"{visit.base}{DAY}")
    corner = page.locator(".leaflet-control-attribution")
    expect(corner.get_by_role("link", name=OSM)).to_have_attribute("href", "https://www.openstreetmap.org/copyright")
    expect(corner.get_by_role("link")).to_have_count(len(sources))
    expect(page.locator(".sources")).to_have_text(" · ".join(texts))
    visit.is_sound()

    shift = max(visit.api("services/ripon/days/2027-06-07")["shifts"], key=lambda each: len(each["calls"]))["id"]
    page.goto(f"{visit.base}/shifts/{shift}/manifest/")
    open_map(visit)
    expect(corner.get_by_role("link")).to_have_count(len(sources))
    expect(page.locator(".sources")).to_have_text(" · ".join(texts))

    page.goto(visit.base)
    expect(page.locator(".sources")).to_have_text(" · ".join(texts))
    is_without_barriers(visit)


@ON_A_PHONE
def test_who_types_what_stands_on_the_flag_finds_the_stop(busy_monday: World, visit: Visit) -> None:
    stop = Stop.objects.get(service=busy_monday.service, code="RIP01")
    stop.public_code = "nyodajgt"
    stop.save()
    visit.sign_in("dispatcher")
    expect(visit.page).to_have_url(f"{visit.base}{DAY}")
    visit.page.goto(visit.base)
    visit.page.get_by_role("combobox", name="Place").fill("NYO DAJGT")
    option = visit.page.get_by_role("option")
    expect(option).to_have_count(1)
    expect(option).to_contain_text("nyodajgt")
    option.click()
    expect(visit.page.locator("#place-answer")).to_contain_text("(nyodajgt)")
    visit.is_sound()
