"""Where an instance's embedded database lies, and where its socket is."""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import quote

from guapeng.supervisor.accounts import may_enter, server_account

SHARED_FOLDER: Final = Path("/var/lib/guapeng")
"""For root: data and binaries that the server's account could not reach where they are."""

# A socket's whole path may have 107 bytes on Linux, 103 on macOS; ".s.PGSQL.5432.lock" is 18.
# A comma separates folders in PostgreSQL's and in libpq's settings.
_SOCKET_FOLDER: Final = re.compile(r"/[A-Za-z0-9._/+-]{1,84}")


@dataclass(frozen=True)
class Place:
    """The files of the embedded database of one data folder."""

    home: Path

    @cached_property
    def folder(self) -> Path:
        """Everything of the database, in the instance's data folder or linked from there."""
        return (self.home / "pg").resolve()

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder; it is whole, or it does not exist."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server and its guardian say."""
        return self.folder / "server.log"

    @property
    def users(self) -> Path:
        """Locked, shared, by every program that uses the server."""
        return self.folder / "users.lock"

    @property
    def guardian(self) -> Path:
        """Locked by the guardian, the server's parent, while it lives."""
        return self.folder / "guardian.lock"

    @property
    def run(self) -> Path:
        """The folder of the socket: a short and plain path, since both are asked of a socket."""
        inside = self.folder / "run"
        if _SOCKET_FOLDER.fullmatch(str(inside)):
            return inside
        return Path("/tmp") / f"guapeng-{_digest(self.folder)}"  # noqa: S108  # owner checked at use

    def url(self, *, role: str = "guapeng") -> str:
        """Return the way to the product's database, as its own role or as ``postgres``."""
        return f"postgresql://{role}@/guapeng?host={quote(str(self.run), safe='')}"


def settle(home: Path) -> Place:
    """Make the folder of the database where it is missing, and return where it is.

    Where root's server account cannot walk into ``home`` (below ``/root``, for one), the folder is
    made in ``/var/lib/guapeng`` and linked from ``home``.

    Raises:
        DatabaseRefused: the folder is another user's.
    """
    home.mkdir(parents=True, exist_ok=True)
    account = server_account(home)
    folder = home / "pg"
    if may_enter(home, account):
        folder.mkdir(exist_ok=True)
    elif not folder.is_symlink():
        _settle_apart(folder)
    return Place(home)


def _settle_apart(folder: Path) -> None:
    SHARED_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o755)
    apart = Path(tempfile.mkdtemp(prefix="instance-", dir=SHARED_FOLDER))
    apart.chmod(0o711)
    try:
        folder.symlink_to(apart)
    except FileExistsError:  # another program was first
        apart.rmdir()


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
