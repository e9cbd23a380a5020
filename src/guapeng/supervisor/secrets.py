"""Keys of an instance: made once, kept in its data folder, readable by its owner only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from guapeng.supervisor.home import home


def instance_secret(name: str) -> str:
    """Return the instance's secret ``name`` (43 URL-safe characters, 256 bits), made at first use.

    ``GUAPENG_SECRET_<NAME>`` overrides the file, for deployments that keep keys elsewhere.
    """
    return os.environ.get(f"GUAPENG_SECRET_{name.upper()}") or _kept(home() / "keys" / name)


def _kept(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create(path, secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii")


def _create(path: Path, secret: str) -> None:
    """Write the file whole or not at all; of two processes that start at once, the first wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secret, encoding="ascii")
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
