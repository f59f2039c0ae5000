"""What routing servers have in common: how to talk to them through routingpy, and what counts as a failure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from requests.exceptions import RequestException
from routingpy import exceptions
from routingpy.client_default import Client

from routing.model import Point

CONNECT_S: Final = 2.0
"""A server that is there answers the door at once."""


class ServerFailed(RuntimeError):
    """A routing server that can't be reached, is too slow, refuses, or answers what it should not; the message says which."""


class Table(NamedTuple):
    """Seconds and metres from each source to each target, float64, shape (sources, targets); NaN where there is no way."""

    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]


class Server(Protocol):
    """What is asked of a server, whichever it is. Both raise ServerFailed."""

    name: str
    """For people; no two addresses have the same."""

    def table(self, sources: Sequence[Point], targets: Sequence[Point]) -> Table:
        """Seconds and metres between two lists of places, each at least one."""
        ...

    def line(self, origin: Point, destination: Point) -> list[Point]:
        """The line driven from road to road; empty where there is no way."""
        ...


class OneTry(Client):  # type: ignore[misc]
    """routingpy's client, but a server that says 503 is not asked again after a sleep: others can answer sooner."""

    def _request(
        self,
        url: str,
        get_params: Any = None,
        post_params: Any = None,
        first_request_time: Any = None,
        retry_counter: int = 0,
        dry_run: Any = None,
    ) -> Any:
        if retry_counter:
            raise exceptions.RouterServerError(503, "Service Unavailable")
        return super()._request(url, get_params or {}, post_params, first_request_time, 0, dry_run)


def client_options(timeout_s: float) -> dict[str, Any]:
    """How routingpy talks to a server of one's own."""
    return {"client": OneTry, "timeout": (CONNECT_S, timeout_s), "retry_over_query_limit": False}


@contextmanager
def asking(server: str) -> Iterator[None]:
    """Turns all that can go wrong with an answer into ServerFailed; refusals (4xx) stay RouterApiError, to be read."""
    try:
        yield
    except exceptions.RouterApiError:
        raise
    except exceptions.Timeout as error:
        raise ServerFailed(f"{server} is too slow") from error
    except (exceptions.RouterError, exceptions.JSONParseError, RequestException) as error:
        raise ServerFailed(f"{server}: {error}") from error
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise ServerFailed(f"{server} answered something else than documented: {error!r}") from error


def grid(server: str, rows: Any, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Rows of numbers and nulls as an array with NaN. Raises ServerFailed for another shape, or a number that can't be."""
    try:
        found = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ServerFailed(f"{server} answered a table that is none: {error}") from error
    if found.shape != shape:
        raise ServerFailed(f"{server} answered a table of shape {found.shape} instead of {shape}")
    if (found < 0).any() or np.isinf(found).any():
        raise ServerFailed(f"{server} answered a negative or infinite number")
    return found


def places(server: str, coordinates: Any) -> list[Point]:
    """[lon, lat] pairs as points. Raises ServerFailed."""
    try:
        found = np.array(coordinates, dtype=np.float64).reshape(-1, 2)
    except (TypeError, ValueError) as error:
        raise ServerFailed(f"{server} answered a line that is none: {error}") from error
    if not np.isfinite(found).all():
        raise ServerFailed(f"{server} answered a line that leaves the earth")
    return [Point(float(lon), float(lat)) for lon, lat in found]
