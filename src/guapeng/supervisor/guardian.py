"""The server's parent: starts PostgreSQL, restarts it after a crash, stops it when it is unused.

``python -m guapeng.supervisor.guardian HOME``; ``postgres.ensure_running`` starts it. Exit status:
0 the server was stopped or another guardian lives, 1 the server did not start (stderr says why).
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from guapeng.supervisor import cluster
from guapeng.supervisor.accounts import server_account
from guapeng.supervisor.errors import DatabaseRefused
from guapeng.supervisor.locks import lock
from guapeng.supervisor.place import Place

_LOOK_EVERY_SECONDS: Final = 0.5
_TRIES: Final = 3
_GOOD_LIFE_SECONDS: Final = 60
_LONGEST_LOG: Final = 16 * 1024 * 1024


def main() -> int:
    """Guard the server of the data folder named on the command line; return the exit status."""
    place = Place(Path(sys.argv[1]))
    if lock(place.guardian) is None:
        return 0
    for name in (signal.SIGINT, signal.SIGHUP):  # those are for the programs in the foreground
        signal.signal(name, signal.SIG_IGN)
    os.umask(0o077)
    try:
        return _guard(place)
    except (DatabaseRefused, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _guard(place: Place) -> int:
    """Keep the server until it is unused or told to stop; return the exit status."""
    account = server_account(place.home)
    cluster.prepare(place, account)
    failures = 0
    while failures < _TRIES:
        time.sleep(failures)
        began = time.monotonic()
        if _watch(place, cluster.start(place, account)) == 0:
            return 0
        failures = 1 if time.monotonic() - began > _GOOD_LIFE_SECONDS else failures + 1
    return 1


def _watch(place: Place, server: "subprocess.Popen[bytes]") -> int:
    """Wait until the server ends, and end it when nobody uses it; return its exit status.

    The lock on ``users`` is kept until the guardian has ended, so that a program that comes now
    waits and starts a server of its own, instead of joining one that is being stopped.
    """
    signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
    while server.poll() is None:
        if lock(place.users) is not None:
            server.send_signal(signal.SIGINT)
            return server.wait()
        _shorten(place.log)
        time.sleep(_LOOK_EVERY_SECONDS)
    return server.returncode


def _shorten(log: Path) -> None:
    """Begin the log anew when it is long, keeping the old one beside it."""
    if log.stat().st_size > _LONGEST_LOG:
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)


if __name__ == "__main__":
    sys.exit(main())
