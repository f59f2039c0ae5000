"""A POST to an address that somebody else chose.

The name is looked up, what it stands for is checked, and just that is connected to: a name that stands for something else a
moment later (DNS rebinding) leads nowhere. Certificates are those of the name all the same. Redirects are not followed, proxies
of the environment not used, and of the answer nothing is read but its head.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpcore

from backend.outside.addresses import check_scheme, resolve

MOST_WAIT_S = 24 * 3600
"""No Retry-After is believed beyond that."""


class NoAnswer(Exception):
    """Nothing came back that could be understood, in time; the message says what happened and names no address."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    retry_after_s: float


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float, tls: ssl.SSLContext | None = None) -> Answer:
    """The status of the answer, within `timeout_s` in all. Raises NoAnswer, addresses.BadAddress."""
    parts = urlsplit(url)
    network = _Checked(parts.scheme, monotonic() + timeout_s)
    waits = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout_s)}
    try:
        with (
            httpcore.ConnectionPool(ssl_context=tls or ssl.create_default_context(), network_backend=network) as pool,
            pool.stream("POST", url, headers=list(headers.items()), content=body, extensions=waits) as answer,
        ):
            found = {name.lower(): value for name, value in answer.headers}
            return Answer(answer.status, _wait_s(found.get(b"retry-after", b"").decode("ascii", "replace")))
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
        raise NoAnswer(f"no answer: {type(error).__name__}") from None


def _wait_s(said: str) -> float:
    """Seconds of a Retry-After, which names seconds or a date; 0 where it names neither."""
    try:
        seconds = float(said) if said.strip().isdigit() else (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return 0
    return min(max(seconds, 0), MOST_WAIT_S)


class _Checked(httpcore.NetworkBackend):
    """Connects to checked addresses alone, and to nothing after the deadline."""

    def __init__(self, scheme: str, deadline: float) -> None:
        self._scheme, self._deadline, self._plain = scheme, deadline, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        found = resolve(host, port)
        check_scheme(self._scheme, found)
        for number, address in enumerate(found, 1):
            try:
                return _Timed(self._plain.connect_tcp(str(address), port, _left(self._deadline)), self._deadline)
            except httpcore.ConnectError:
                if number == len(found):
                    raise
        raise AssertionError("resolve gives one address at least")


class _Timed(httpcore.NetworkStream):
    """A connection with one deadline for all that is read and written: one byte a minute is no answer."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left
