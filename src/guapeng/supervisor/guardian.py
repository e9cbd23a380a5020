"""The server's parent: starts PostgreSQL, and stops it when no program uses it any more.

``python -m guapeng.supervisor.guardian HOME``; started by ``postgres.ensure_running``.
"""

import ctypes
import fcntl
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from guapeng.supervisor import cluster

_PR_SET_PDEATHSIG: Final = 1
_LOOK_EVERY_SECONDS: Final = 0.5


def main() -> int:
    """Guard the server of the instance named on the command line; return its exit status."""
    place = cluster.Cluster(Path(sys.argv[1]))
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    with place.log.open("ab") as log:
        server = subprocess.Popen(  # noqa: S603  # our own binary
            [place.binaries / "postgres", "-D", place.data],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            preexec_fn=_die_with_parent,  # noqa: PLW1509  # no threads here
            user=place.server_user,
            group=place.server_user,
        )
        return _guard(place, server)


def _guard(place: cluster.Cluster, server: "subprocess.Popen[bytes]") -> int:
    """Wait until the server ends, or until it is unused and then end it."""
    users, start = ((place.folder / name).open("w") for name in ("users", "start"))
    while server.poll() is None:
        time.sleep(_LOOK_EVERY_SECONDS)
        # In the order of a starting program, so that none can join a server that is being stopped.
        if _locked(start) and _locked(users):
            server.send_signal(signal.SIGINT)
            return server.wait()
        fcntl.flock(start, fcntl.LOCK_UN)
    return server.returncode


def _locked(file: object) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]
    except BlockingIOError:
        return False
    return True


def _die_with_parent() -> None:
    """Let the server shut down fast when the guardian is killed."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
