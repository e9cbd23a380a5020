"""The instance's database: where it is, and that it is there.

Without ``DATABASE_URL`` it is an embedded PostgreSQL, whose programs come from a wheel. Every
program that uses it holds a shared lock on ``users.lock``, which the kernel drops however the
program ends. A guardian process (``guapeng.supervisor.guardian``) is the server's parent and
stops it when nobody holds that lock any more. So a second program joins the running server, the
first may leave before the second, and a killed program leaves no orphan.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

from guapeng.plain.terminal import _
from guapeng.supervisor.errors import DatabaseRefused
from guapeng.supervisor.home import home
from guapeng.supervisor.locks import is_held, lock
from guapeng.supervisor.place import Place, settle

__all__ = ["DatabaseRefused", "database_url", "ensure_running", "leave"]

Say = Callable[[str], None]
_LOOK_EVERY_SECONDS: Final = 0.05
_WORD_EVERY_SECONDS: Final = 3
_SILENCE_SECONDS: Final = 2

_used: Final[dict[Place, int]] = {}
"""The servers this process uses, each with the descriptor of its lock on ``users.lock``."""


class _Guardian(subprocess.Popen[bytes]):
    """A guardian that this process has started and that may outlive it."""

    def __del__(self) -> None:
        """Leave it alone, without the usual warning that a child is left."""


def database_url() -> str:
    """Return where the instance's database is: ``DATABASE_URL``, or the embedded server's socket.

    Starts nothing.
    """
    return os.environ.get("DATABASE_URL") or Place(home()).url()


def ensure_running(say: Say = print) -> None:
    """Start the embedded server, or join the running one, for as long as this process lives.

    Does nothing where ``DATABASE_URL`` names another server. Waits without a limit while the
    server recovers from a crash, and says every few seconds what it waits for. May be called
    again, for instance to have a server that was lost started anew.

    Raises:
        DatabaseRefused: the data are another major version's or another user's, the server did
            not start or does not let us in, or ``DATABASE_URL`` names no PostgreSQL.
    """
    if own := os.environ.get("DATABASE_URL"):
        if not own.startswith(("postgres://", "postgresql://")):
            raise DatabaseRefused(_("DATABASE_URL 要以 postgresql:// 开头"))
        return
    place = settle(home())
    if place not in _used:
        _used[place] = _enter(place, say)
    if not _answers(place):
        _start(place, say)


def leave() -> None:
    """Stop using the server; where nobody else does, return only after it has stopped.

    A program that is the first of its container calls this before it ends, because everything
    else there is killed with it.
    """
    while _used:
        place, descriptor = _used.popitem()
        os.close(descriptor)
        while _is_guarded(place) and not _has_users(place):
            time.sleep(_LOOK_EVERY_SECONDS)


def _enter(place: Place, say: Say) -> int:
    """Become a user of the server; return the descriptor of the lock that says so."""
    descriptor = lock(place.users, shared=True)
    if descriptor is None:
        say(_("数据库：等待上一个服务停止"))
        descriptor = lock(place.users, shared=True, wait=True)
    assert descriptor is not None
    return descriptor


def _start(place: Place, say: Say) -> None:
    """Have a guardian start the server, and wait until it answers.

    Of several programs that do so at once, one guardian gets the lock and the others end.
    """
    say(_("数据库：启动") if place.data.exists() else _("数据库：首次建立"))
    guardian: _Guardian | None = None
    began = spoke = time.monotonic()
    while not _answers(place):
        if not _is_guarded(place) and (guardian is None or guardian.poll() is not None):
            if guardian is not None and guardian.returncode:
                said = _told(place, lines=8)
                raise DatabaseRefused(_("数据库没有启动：\n{said}").format(said=said))
            guardian = _start_guardian(place)
        if time.monotonic() - spoke > _WORD_EVERY_SECONDS:
            spoke = time.monotonic()
            say(
                _("数据库：已等 {seconds:.0f} 秒，尚未就绪。{said}").format(
                    seconds=spoke - began, said=_told(place, lines=1)
                )
            )
        time.sleep(min(0.5, _LOOK_EVERY_SECONDS + (time.monotonic() - began) / 10))


def _start_guardian(place: Place) -> "_Guardian":
    with place.log.open("ab") as log:
        return _Guardian(
            [sys.executable, "-m", "guapeng.supervisor.guardian", place.home],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,  # an interrupt at the terminal is not for it
        )


def _answers(place: Place) -> bool:
    """Tell whether the server answers a query, whatever process numbers and lock files say.

    Raises:
        DatabaseRefused: it is up, but does not let us in.
    """
    import psycopg  # slow, and only needed where a server is
    from psycopg.pq import PGconn, Ping

    url = f"{place.url()}&connect_timeout={_SILENCE_SECONDS}"
    if PGconn.ping(url.encode()) != Ping.OK:
        return False
    try:
        with psycopg.connect(url) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError as error:
        if PGconn.ping(url.encode()) != Ping.OK:  # it is going down just now
            return False
        raise DatabaseRefused(
            _("数据库 {folder} 不让我们进入：{said}").format(folder=place.folder, said=error)
        ) from error
    return True


def _is_guarded(place: Place) -> bool:
    return is_held(place.guardian, alone=True)


def _has_users(place: Place) -> bool:
    """Tell whether programs use the server; a guardian that is stopping it is none."""
    return is_held(place.users, alone=False) and not is_held(place.users, alone=True)


def _told(place: Place, *, lines: int) -> str:
    """Return the last lines of what the server and its guardian said."""
    said = place.log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(said[-lines:])
