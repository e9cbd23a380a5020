"""The server's data folder: made once, whole or not at all; its settings written at every start."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import psutil

from guapeng.plain.terminal import _
from guapeng.supervisor import binaries, tuning
from guapeng.supervisor.errors import DatabaseRefused
from guapeng.supervisor.orphans import ends_with_parent
from guapeng.supervisor.place import Place

_INITDB: Final = (
    "--username=postgres",
    "--encoding=UTF8",
    # Code-point order on every system and in every version; pinyin order is a stored key.
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--data-checksums",
    "--auth=peer",
    "--no-instructions",
)
# The product's role is neither superuser nor exempt from row-level security, so that it holds.
# It makes databases because the tests do.
_FIRST_STATEMENTS: Final = (
    "CREATE ROLE guapeng LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB",
    "CREATE DATABASE guapeng OWNER guapeng",
)
_LOCAL_CONF: Final = "# Settings of PostgreSQL for this machine; they win. Kept across upgrades.\n"
_ENVIRONMENT: Final = {"LC_ALL": "C", "PATH": os.defpath}


def prepare(place: Place, account: pwd.struct_passwd) -> None:
    """Make the data folder where it is missing, and write the settings.

    Raises:
        DatabaseRefused: another major version made the data, or they cannot be made.
    """
    if place.data.exists():
        _require_same_version(place)
    else:
        _make(place, account)
    _give(place.run, account)
    _configure(place, account)


def start(place: Place, account: pwd.struct_passwd) -> "subprocess.Popen[bytes]":
    """Start the server as a child that shuts down when this process dies."""
    _release_stale_lock(place)
    with place.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603  # our own program
            [
                binaries.programs_for(account) / "postgres",
                *("-D", place.data),
                *("-c", f"config_file={place.folder / 'postgresql.conf'}"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=ends_with_parent(by=signal.SIGINT),  # noqa: PLW1509  # no threads here
            **_as(account),
        )


def _require_same_version(place: Place) -> None:
    theirs = (place.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if theirs != binaries.major():
        raise DatabaseRefused(
            _(
                "{data} 里是 PostgreSQL {theirs} 的数据，本程序带的是 PostgreSQL {ours}。"
                "请用写下它们的旧程序运行 guapeng database dump FILE，移走 {folder}，"
                "再用本程序运行 guapeng database restore FILE；或用 DATABASE_URL 另指数据库。"
            ).format(data=place.data, folder=place.folder, theirs=theirs, ours=binaries.major())
        )


def _make(place: Place, account: pwd.struct_passwd) -> None:
    draft = place.folder / "data.making"
    if draft.exists():  # an earlier attempt was cut off
        shutil.rmtree(draft)
    _give(draft, account)
    programs = binaries.programs_for(account)
    _run((programs / "initdb", "-D", draft, *_INITDB), account)
    single = (programs / "postgres", "--single", "-c", "exit_on_error=on", "-D", draft, "postgres")
    _run(single, account, said="".join(f"{statement}\n" for statement in _FIRST_STATEMENTS))
    draft.rename(place.data)


def _run(command: Sequence[str | Path], account: pwd.struct_passwd, said: str = "") -> None:
    done = subprocess.run(  # noqa: S603  # our own programs
        command, check=False, input=said, capture_output=True, text=True, **_as(account)
    )
    if done.returncode:
        said = done.stderr.strip()
        raise DatabaseRefused(_("{program} 失败：\n{said}").format(program=command[0], said=said))


def _as(account: pwd.struct_passwd) -> dict[str, Any]:
    """Return the options that make a child run as the account, knowing nothing of ours."""
    options: dict[str, Any] = {"cwd": "/", "env": _ENVIRONMENT}
    if os.geteuid() == 0:
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return options


def _configure(place: Place, account: pwd.struct_passwd) -> None:
    """Write the settings beside the data folder, where the server reads but does not write."""
    names = sorted({account.pw_name, pwd.getpwuid(os.geteuid()).pw_name})
    idents = (f'guapeng "{name}" {role}\n' for name in names for role in ("guapeng", "postgres"))
    files = {
        "postgresql.conf": tuning.configuration(place),
        "pg_hba.conf": "local all guapeng,postgres peer map=guapeng\n",
        "pg_ident.conf": "".join(idents),
    }
    for name, text in files.items():
        _write(place.folder / name, text)
    if not (place.folder / "local.conf").exists():
        _write(place.folder / "local.conf", _LOCAL_CONF)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)  # the server's account reads it


def _give(folder: Path, account: pwd.struct_passwd) -> None:
    """Make the folder, for the account alone.

    Raises:
        DatabaseRefused: somebody else has made it, which anybody can below ``/tmp``.
    """
    folder.mkdir(exist_ok=True, mode=0o700)
    state = folder.lstat()
    if state.st_uid not in {account.pw_uid, os.geteuid()} or folder.is_symlink():
        raise DatabaseRefused(
            _("{folder} 是别人建立的。请移走它，或用 GUAPENG_HOME 另指目录。").format(folder=folder)
        )
    os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def _release_stale_lock(place: Place) -> None:
    """Let PostgreSQL see that the server named in its lock file is gone.

    It takes any living process of that number for the server: a zombie that nobody collects (in
    a container without an init), or a stranger who got the number after a restart. Told its own
    parent's number instead, it asks the shared memory whether a server is left, and that is true.
    """
    path = place.data / "postmaster.pid"
    if not path.exists():
        return
    number, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if not _is_postgres(int(number)):
        path.write_text("".join([f"{os.getpid()}\n", *rest]), encoding="utf-8")


def _is_postgres(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
