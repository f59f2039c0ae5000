"""Addresses that others choose are called on the public internet alone, whatever a name stands for by then."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from backend.outside.addresses import BadAddress, check_url, is_allowed, resolve
from backend.outside.posting import NoAnswer, post
from tests.backend.provider_stubs import Reply, Stub, partner, serving

NAME = "partner.example"


class Names:
    """What names stand for; each answer is used up but the last."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def lookup(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        try:
            ip_address(host)
        except ValueError:
            self.asked += 1
            found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if not found:
                raise socket.gaierror from None
            return [
                (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found
            ]
        return self._real(host, port, *args, **kwargs)

    _real = staticmethod(socket.getaddrinfo)


@pytest.fixture
def own(settings: Settings) -> None:
    """This computer is one that the operator allows."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.1/32"]


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving(partner) as stub:
        yield stub


def named(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> Names:
    names = Names(*answers)
    monkeypatch.setattr(socket, "getaddrinfo", names.lookup)
    return names


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:db8::1"),
    ],
)
def test_what_is_not_on_the_public_internet(address: str) -> None:
    assert not is_allowed(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4009::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_what_is(address: str) -> None:
    assert is_allowed(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.org", "ftp://example.org/", "https://", "https:///x", "https://[::1/", "javascript:1"),
        *("https://example.org:99999/", "https://example.org:0/", "https://ann:secret@example.org/", "file:///etc/passwd"),
        *("gopher://8.8.8.8/", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f000001/"),
        *("https://0177.0.0.1/", "https://127.1/", "https://localhost/", "https://169.254.169.254/latest/", "http://8.8.8.8/"),
    ],
)
def test_what_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadAddress):
        check_url(url)


def test_one_address_inside_among_several_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(BadAddress, match="not on the public internet"):
        check_url(f"https://{NAME}/")
    named(monkeypatch, ["8.8.8.8", "2a00:1450:4009::1"])
    check_url(f"https://{NAME}/")


def test_a_name_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, [])
    with pytest.raises(BadAddress, match=f"There is no {NAME}"):
        check_url(f"https://{NAME}/")


def test_a_network_of_ones_own_may_be_allowed_without_encryption(own: None) -> None:
    check_url("http://127.0.0.1:8080/hook")
    with pytest.raises(BadAddress):
        check_url("http://127.0.0.2:8080/hook")


def test_a_name_that_leads_inside_by_the_time_of_the_call_is_not_called(monkeypatch: pytest.MonkeyPatch, stub: Stub) -> None:
    names = named(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    port = stub.url.rpartition(":")[2]
    check_url(f"https://{NAME}:{port}/")  # as at registration
    with pytest.raises(BadAddress):
        post(f"https://{NAME}:{port}/", b"{}", {}, timeout_s=2)
    assert (names.asked, stub.asked) == (2, [])


def test_what_was_checked_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch, stub: Stub, own: None) -> None:
    # A second look-up, by whoever connects, would get an address at which nobody answers.
    names = named(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
    answer = post(f"http://{NAME}:{stub.url.rpartition(':')[2]}/hook", b"{}", {"X-Own": "1"}, timeout_s=2)
    assert (answer.status, names.asked) == (204, 1)
    assert stub.asked[0].headers["Host"].startswith(NAME)
    assert stub.asked[0].headers["X-Own"] == "1"


def test_redirects_are_answers_like_others(stub: Stub, own: None) -> None:
    stub.fault = Reply(302, b"", {"Location": f"{stub.url}/elsewhere"})
    assert post(stub.url, b"{}", {}, timeout_s=2).status == 302
    assert len(stub.asked) == 1


def test_proxies_of_the_environment_are_not_asked(stub: Stub, own: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert post(stub.url, b"{}", {}, timeout_s=2).status == 204


def test_there_is_one_deadline_however_slowly_something_comes(own: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        enough = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                for _ in range(200):  # ten seconds, and not for ever if nobody hangs up
                    connection.sendall(b"H")
                    if enough.wait(0.05):
                        return

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        with pytest.raises(NoAnswer, match="ReadTimeout"):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, timeout_s=0.5)
        enough.set()
        dripping.join(10)


def test_of_an_answer_only_the_head_is_read(own: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        read = threading.Event()

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                read.wait(10)  # and the thousand bytes never come

        threading.Thread(target=answer, daemon=True).start()
        assert post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, timeout_s=2).status == 200
        read.set()


@pytest.mark.parametrize("reply", ["nonsense\r\n\r\n", ""])
def test_what_is_no_answer(own: None, reply: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(reply.encode())

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(NoAnswer):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, timeout_s=2)


@pytest.mark.parametrize(
    ("said", "wait_s"), [("120", 120), ("99999999", 86_400), ("-5", 0), ("soon", 0), ("Fri, 31 Dec 1999 23:59:59 GMT", 0)]
)
def test_how_long_to_wait_is_believed_up_to_a_day(stub: Stub, own: None, said: str, wait_s: float) -> None:
    stub.fault = Reply(503, b"", {"Retry-After": said})
    assert post(stub.url, b"{}", {}, timeout_s=2).retry_after_s == wait_s


# --- Certificates


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of that name needs, and what a client that trusts it does."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    file.write_bytes(pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=certificate.public_bytes(Encoding.PEM).decode())


def test_the_certificate_is_that_of_the_name_though_an_address_is_connected_to(
    tmp_path: Path, own: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, trusting = certified(tmp_path, NAME)
    with serving(partner, server) as stub:
        port = stub.url.rpartition(":")[2]
        named(monkeypatch, ["127.0.0.1"])
        assert post(f"https://{NAME}:{port}/", b"{}", {}, timeout_s=5, tls=trusting).status == 204
        for url, tls in ((f"https://other.example:{port}/", trusting), (f"https://{NAME}:{port}/", None)):
            with pytest.raises(NoAnswer):
                post(url, b"{}", {}, timeout_s=5, tls=tls)
        assert len(stub.kept) == 1


def test_resolve_gives_each_address_once(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, ["8.8.8.8", "8.8.8.8"])
    assert resolve(NAME, 443) == [ip_address("8.8.8.8")]
