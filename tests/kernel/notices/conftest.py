"""People who can sign in, and somewhere outside for letters to go: real servers on this machine."""

import base64
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.factories.world import MONDAY, Banner

from guapeng.kernel.notices.models import Subscription
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.kernel.people.models import Account


def account_of(actor: Actor, name: str, email: str = "") -> Account:
    return Account.objects.create(username=name, person_id=actor.person_id, email=email)


def with_accounts(banner: Banner) -> Banner:
    for name in ("resident", "grid_worker", "secretary", "dispatcher", "arbiter", "water_officer"):
        account_of(getattr(banner, name), name)
    return banner


@pytest.fixture
def county(banner: Banner) -> Banner:
    """The scene, with people who can sign in."""
    return with_accounts(banner)


@dataclass
class PushService:
    """A push service: keeps what comes, answers with ``status`` (or ``answers`` first)."""

    url: str
    received: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    before_answer: Callable[[], None] = lambda: None


@pytest.fixture
def push_service() -> Iterator[PushService]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.received.append({"path": self.path, "headers": headers, "body": body})
            service.before_answer()
            self.send_response(service.answers.pop(0) if service.answers else 201)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = PushService(f"http://127.0.0.1:{server.server_address[1]}")
    with _running(server):
        yield service


@dataclass
class Mailbox:
    """An SMTP server: keeps what comes."""

    port: int
    received: list[str] = field(default_factory=list)


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 sink")
            while line := self.rfile.readline().decode().strip():
                command = line[:4].upper()
                if command == "DATA":
                    self._say("354 go on")
                    box.received.append(self._letter())
                self._say("221 bye" if command == "QUIT" else "250 well")
                if command == "QUIT":
                    return

        def _letter(self) -> str:
            lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
            return "".join(lines)

        def _say(self, words: str) -> None:
            self.wfile.write(words.encode() + b"\r\n")

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    box = Mailbox(server.server_address[1])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
    settings.DEFAULT_FROM_EMAIL = "guapeng@county.example"
    settings.SITE = "https://county.example"
    with _running(server):
        yield box


@contextmanager
def _running(server: Any) -> Iterator[None]:
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


class Browser:
    """A device: its keys, and how it reads what was pushed to it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": _text(point), "auth": _text(self.auth)}

    def read(self, body: bytes) -> bytes:
        read: bytes = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth)
        return read

    def subscribe(self, actor: Actor, endpoint: str) -> Subscription:
        with scope.acting(SYSTEM):
            return Subscription.objects.create(
                person_id=actor.person_id, endpoint=endpoint, added_at=MONDAY, **self.keys
            )


@pytest.fixture
def browser() -> Browser:
    return Browser()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
