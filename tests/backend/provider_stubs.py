"""Providers of messages in threads: GOV.UK Notify, Twilio, push services, mail servers, partners; as they say they answer."""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

NOTIFY_SERVICE, NOTIFY_SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
NOTIFY_KEY = f"drover-{NOTIFY_SERVICE}-{NOTIFY_SECRET}"
TWILIO_ACCOUNT, TWILIO_TOKEN = "AC" + "a" * 32, "t" * 32


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mail
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}


@dataclass
class Reply:
    status: int
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Stub:
    """A server at `url`; `fault` replies in place of it, and each reply takes `wait_s`."""

    url: str = ""
    fault: Reply | None = None
    wait_s: float = 0
    asked: list[Asked] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def serving(answer: Callable[[Stub, Asked], Reply], tls: ssl.SSLContext | None = None) -> Iterator[Stub]:
    """A stub with one of the functions below, on a free port."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, self.path, self.headers, body)
            stub.asked.append(asked)
            reply = stub.fault or answer(stub, asked)
            time.sleep(stub.wait_s)
            sent = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(sent)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # nobody need wait for it
                self.wfile.write(sent)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    with _running(server) as port:
        stub.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        yield stub


@contextmanager
def _running(server: Any) -> Iterator[int]:
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# --- GOV.UK Notify: docs.notifications.service.gov.uk/rest-api.html


def notify(stub: Stub, asked: Asked) -> Reply:
    token = asked.headers["Authorization"].removeprefix("Bearer ")
    assert jwt.decode(token, NOTIFY_SECRET, algorithms=["HS256"], options={"verify_iat": False})["iss"] == NOTIFY_SERVICE
    if asked.method == "GET":
        found = [each for each in stub.kept if each["reference"] == asked.query["reference"]]
        return Reply(200, {"notifications": found, "links": {"current": asked.path}})
    kind = asked.path.removeprefix("/v2/notifications/")
    body = asked.json
    if set(body) - {"phone_number", "email_address", "template_id", "personalisation", "reference"}:
        return notify_error(400, "ValidationError", "Additional properties are not allowed")
    if kind == "sms" and not body["phone_number"].startswith("+447"):
        return notify_error(400, "ValidationError", f"phone_number {body['phone_number']} is not a mobile number")
    row = {"id": f"n-{len(stub.kept)}", "reference": body["reference"], "status": "created", "type": kind}
    stub.kept.append(row)
    content = {"body": body["personalisation"]["text"], "from_number": "GOVUK"}
    return Reply(201, {**row, "content": content, "uri": "", "template": {"id": body["template_id"], "version": 1, "uri": ""}})


def notify_error(status: int, kind: str, words: str) -> Reply:
    return Reply(status, {"status_code": status, "errors": [{"error": kind, "message": words}]})


# --- Twilio: www.twilio.com/docs/messaging/api/message-resource


def twilio(stub: Stub, asked: Asked) -> Reply:
    account = base64.b64encode(f"{TWILIO_ACCOUNT}:{TWILIO_TOKEN}".encode()).decode()
    assert asked.headers["Authorization"] == f"Basic {account}"
    assert urlsplit(asked.path).path == f"/2010-04-01/Accounts/{TWILIO_ACCOUNT}/Messages.json"
    if asked.method == "GET":
        assert asked.query["DateSent>"]
        found = [each for each in stub.kept if each["to"] == asked.query["To"]]
        return Reply(200, {"messages": found, "page": 0, "page_size": 50, "next_page_uri": None, "uri": asked.path})
    form = asked.form
    if not form["To"].startswith("+447"):
        return twilio_error(400, 21211, f"The 'To' number {form['To']} is not a valid phone number.")
    assert form.get("From") or form.get("MessagingServiceSid")
    sid = "SM" + f"{len(stub.kept):032x}"
    row = {"sid": sid, "status": "queued", "to": form["To"], "body": form["Body"], "account_sid": TWILIO_ACCOUNT}
    stub.kept.append(row)
    return Reply(201, row)


def twilio_error(status: int, code: int, words: str) -> Reply:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Reply(status, {"code": code, "message": words, "more_info": more, "status": status})


# --- Push services: RFC 8030


def push_service(stub: Stub, asked: Asked) -> Reply:
    assert asked.headers["Content-Encoding"] == "aes128gcm"
    assert asked.headers["Authorization"].startswith("vapid t=")
    assert int(asked.headers["TTL"]) > 0
    stub.kept.append({"topic": asked.headers["Topic"], "body": asked.body})
    return Reply(201, b"", {"Location": f"{stub.url}/message/1"})


# --- A partner that is told of events


def partner(stub: Stub, asked: Asked) -> Reply:
    stub.kept.append(asked.json)
    return Reply(204)


# --- A mail server: RFC 5321


@dataclass
class MailServer:
    """`answers` replaces the replies to a command: `{"RCPT": "550 5.1.1 no such user"}`; `.` is the end of the mail itself."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0
    mails: list[Mail] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say(server.answers.get("HELLO", "220 stub ESMTP"))
            while line := self.rfile.readline():
                word = line[:4].decode().upper().strip()
                if word == "RCPT":
                    server.recipients.append(line.decode().partition("<")[2].partition(">")[0])
                if word == "DATA" and "DATA" not in server.answers:
                    self._say("354 go ahead")
                    self._mail()
                    continue
                self._say(server.answers.get(word, "221 bye" if word == "QUIT" else "250 fine"))
                if word == "QUIT":
                    return

        def _mail(self) -> None:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            server.mails.append(message_from_bytes(b"".join(lines)))
            time.sleep(server.wait_s)
            self._say(server.answers.get(".", "250 2.0.0 taken"))

        def _say(self, words: str) -> None:
            try:
                self.wfile.write(words.encode() + b"\r\n")
            except OSError:
                return

    with _running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        server.port = port
        yield server
