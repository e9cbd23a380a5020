"""A report from the form to the journal, beside the same rows by pgbench, and beside a ticket.

Three ways to write down that somebody has a trouble, on one PostgreSQL server, one after another:

* ours: ``POST /report/`` by somebody signed in: matter, case, task, fact and journal line, chained;
* bare: ``pgbench`` writing the rows that ours writes, locks and all, prepared, by socket;
* ticket: ``POST /tickets/submit/`` of django-helpdesk, plain Django, without e-mail.

Both pages are served by granian with the same workers to the same writers, which speak HTTP over
bare sockets: two cores carry them too, and pgbench's are written in C. Processor time is of the
servers and the database; the writers' own is left out. Ratios outlive the machine.

    .venv/bin/python bench/writes.py --seconds 10 --writers 8
"""

import argparse
import http.client
import os
import random
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import psutil
from scratch import prepare

from guapeng.supervisor.home import home

HERE = Path(__file__).parent
PEER = "django-helpdesk==2.6.1"
PEER_PORT, OUR_PORT = 8991, 8990
WORKERS = 2

Post = Callable[[socket.socket], None]


class Figures(NamedTuple):
    """What one way of writing costs."""

    name: str
    per_second: float
    cpu: float
    p50: float
    p99: float


def main() -> None:
    """Run all three and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--matters", type=int, default=10_000, help="matters there before")
    given = parser.parse_args()
    prepare(given.matters, steps=False)
    rows = [
        bare(given.writers, given.seconds),
        ours(given.writers, given.seconds),
        ticket(given.writers, given.seconds),
    ]
    show(rows)


def show(rows: list[Figures]) -> None:
    """Print the figures and the two ratios that count."""
    print(f"{'':8} {'per second':>11} {'CPU ms each':>12} {'p50 ms':>8} {'p99 ms':>8}")
    for row in rows:
        print(f"{row.name:8} {row.per_second:11.0f} {row.cpu:12.2f} {row.p50:8.1f} {row.p99:8.1f}")
    first, second, third = rows
    print(f"ours to bare:   {second.per_second / first.per_second:6.1%} of its rate,", end=" ")
    print(f"{first.cpu / second.cpu:6.1%} by processor time")
    print(f"ours to ticket: {second.per_second / third.per_second:6.1f} times its rate,", end=" ")
    print(f"{third.cpu / second.cpu:6.1f} times by processor time")


def bare(writers: int, seconds: int) -> Figures:
    """Let pgbench write the rows of a report, with a latency log for the percentiles."""
    from guapeng.supervisor import binaries

    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "report.sql")
        shutil.copy(HERE / "report.sql", script)
        command = [binaries.programs() / "pgbench", "--no-vacuum", "--protocol=prepared", "--log"]
        shape = [f"--client={writers}", "--jobs=1", f"--time={seconds}", f"--file={script}"]
        with measured() as spent:
            subprocess.run(
                [*command, *shape, os.environ["DATABASE_URL"]],
                cwd=folder,
                check=True,
                capture_output=True,
            )
        logs = "".join(path.read_text() for path in Path(folder).glob("pgbench_log.*"))
    latencies = [int(line.split()[2]) / 1e6 for line in logs.splitlines()]
    return figures("bare", latencies, seconds, spent)


def ours(writers: int, seconds: int) -> Figures:
    """Post reports to the product's own server."""
    cookie, places = someone_signed_in()
    token = secrets.token_hex(16)

    def post(connection: socket.socket) -> None:
        form = {
            "csrfmiddlewaretoken": token,
            "uid": uuid.uuid4(),
            "grid": random.choice(places),  # noqa: S311
            "text": f"楼道灯不亮{secrets.token_hex(4)}",
        }
        send(connection, "/report/", form, f"{cookie}; csrftoken={token}")

    application = "guapeng.config.wsgi:application"
    with served([sys.executable], OUR_PORT, application, HERE.parent):
        return figures("ours", *written(post, OUR_PORT, writers, seconds))


def ticket(writers: int, seconds: int) -> Figures:
    """Post tickets to django-helpdesk, in an environment of its own."""
    python = peer_environment()
    token = secrets.token_hex(16)

    def post(connection: socket.socket) -> None:
        form = {
            "csrfmiddlewaretoken": token,
            "queue": "1",
            "title": "楼道灯不亮",
            "body": f"楼道灯不亮{secrets.token_hex(4)}",
            "priority": "3",
            "submitter_email": "somebody@example.org",
        }
        send(connection, "/tickets/submit/", form, f"csrftoken={token}")

    with served([python], PEER_PORT, "peer:application", HERE):
        return figures("ticket", *written(post, PEER_PORT, writers, seconds))


def someone_signed_in() -> tuple[str, list[int]]:
    """Return the session cookie of a resident, and the ids of the grids."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from guapeng.kernel.divisions.models import Division
    from guapeng.kernel.people import scope
    from guapeng.kernel.people.actors import SYSTEM
    from guapeng.kernel.people.models import Account, Person
    from guapeng.kernel.people.sessions import SessionStore

    with scope.acting(SYSTEM):
        person = Person.objects.create(name="某人", created_at=timezone.now())
        account = Account.objects.create(username=secrets.token_hex(8), person=person)
        session = SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.save()
        grids = list(Division.objects.filter(level=6).values_list("pk", flat=True))
    return f"sessionid={session.session_key}", grids


def peer_environment() -> str:
    """Install the peer beside the product's environment, once; return its Python."""
    folder = HERE / ".peer"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        wanted = [PEER, "granian", "psycopg[binary]", "dj-database-url"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    subprocess.run([python, HERE / "peer.py"], check=True)
    return str(python)


def send(connection: socket.socket, path: str, form: dict[str, object], cookie: str) -> None:
    """Post a form and expect to be led on."""
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 302"), answer.decode()
    while b"\r\n\r\n" not in answer:  # being led on has no body
        answer += connection.recv(65_536)


def connect(port: int) -> socket.socket:
    """Return a connection to a server of ours."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def written(
    post: Post, port: int, writers: int, seconds: int
) -> tuple[list[float], int, dict[str, float]]:
    """Let the writers post for so long; return each post's seconds, and what all cost."""
    latencies: list[float] = []
    rehearse(post, port)
    with measured() as spent:
        end = time.monotonic() + seconds
        threads = [
            threading.Thread(target=_write, args=(post, port, end, latencies))
            for _ in range(writers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return latencies, seconds, spent


def rehearse(post: Post, port: int) -> None:
    """Warm all threads of both workers up: each connection comes to another of them."""
    for _ in range(60):
        with connect(port) as connection:
            post(connection)


def _write(post: Post, port: int, end: float, latencies: list[float]) -> None:
    with connect(port) as connection:
        while time.monotonic() < end:
            began = time.perf_counter()
            post(connection)
            latencies.append(time.perf_counter() - began)


def figures(name: str, latencies: list[float], seconds: int, spent: dict[str, float]) -> Figures:
    """Sum one run up."""
    ordered = sorted(latencies)
    at = [ordered[int(share * (len(ordered) - 1))] * 1000 for share in (0.5, 0.99)]
    return Figures(name, len(ordered) / seconds, 1000 * spent["cpu"] / len(ordered), *at)


@contextmanager
def served(python: list[str], port: int, application: str, folder: Path) -> Iterator[None]:
    """Serve an application with granian as long as the block runs."""
    shape = ["--interface", "wsgi", "--workers", str(WORKERS), "--blocking-threads", "2"]
    command = [*python, "-m", "granian", *shape, "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen([*command, application], cwd=folder, start_new_session=True)
    try:
        _await(port)
        yield
    finally:
        process.terminate()
        process.wait()


def _await(port: int) -> None:
    for _ in range(150):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"nothing answers on port {port}")


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Measure the processor seconds of the servers: what we have started, and the database."""
    spent: dict[str, float] = {}
    before = _times()
    yield spent
    after = _times()
    spent["cpu"] = sum(total - before.get(key, 0) for key, total in after.items())


def _times() -> dict[tuple[int, float], float]:
    """Return what each server process has spent, its ended children included."""
    started = psutil.Process().children(recursive=True)
    database = [one for one in psutil.process_iter() if _is_our_database(one)]
    processes = {*started, *database, *(kid for one in database for kid in one.children())}
    found = {}
    for process in processes:
        with suppress(psutil.Error):
            times = process.cpu_times()
            key = process.pid, process.create_time()
            found[key] = sum((times.user, times.system, times.children_user, times.children_system))
    return found


def _is_our_database(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        command = process.cmdline()
        return "postgres" in process.name() and any(str(home()) in word for word in command)
    return False


if __name__ == "__main__":
    main()
