"""What all tests share: the servers, the shared inputs, a browser."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from hypothesis import settings

from tests.servers import parts, private, tables

# The same examples each time, so that a change is judged by what it changes; `make sweep` looks for others.
settings.register_profile("the same", derandomize=True)
if os.environ.get("DROVER_EXAMPLES") != "random":
    settings.load_profile("the same")

# A shell that starts a run in the background has it ignore these, and with it all that it starts; some tests send them.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)

# Before the settings are read. pytest-django would read them earlier still if pyproject.toml named them.
SERVERS = private.for_this_run()
django.setup()

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
WANT_SERVERS = {"postgres", "redis", "browser", "django_db"}


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(tables)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    # With pytest-xdist the workers collect, and by then it's late: they have only this process to start the servers.
    if SERVERS and getattr(session.config.option, "numprocesses", None):
        SERVERS.start()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker in ("postgres", "redis", "browser"):
            if item.get_closest_marker(marker) and (reason := parts.missing(marker)):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish(session: pytest.Session) -> None:
    if getattr(session.config.option, "loadgroup", False):
        for item in session.items:
            # Storms beside one another, and tests that share a queue, fail now and then for no reason that they tell.
            assert "@" in item.nodeid or not item.get_closest_marker("xdist_group"), "pytest-xdist does not see groups"
    if SERVERS and any(_wants_servers(item) for item in session.items):
        SERVERS.start()
    _leave_in_peace_what_is_imported()


def _leave_in_peace_what_is_imported() -> None:
    """It stays until the end; to look through all of it for garbage again and again is a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_unconfigure() -> None:
    if SERVERS:
        SERVERS.stop()


def _wants_servers(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(
        {mark.name for mark in item.iter_markers()} & WANT_SERVERS or fixtures & {"db", "transactional_db", "live_server"}
    )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real inputs that lie beside the checkout and are not part of it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs ../shared/data beside the checkout")
    return SHARED_DATA


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Debian's Chromium under Playwright; mark the test `browser`."""
    from playwright.sync_api import expect, sync_playwright

    # Playwright keeps an event loop in this thread, where Django would then refuse to touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=20_000)  # others use this computer as well
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=parts.chromium_program(), args=["--no-sandbox"])
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
