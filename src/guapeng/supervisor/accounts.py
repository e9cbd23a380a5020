"""Which account of the operating system PostgreSQL runs as: it refuses to run as root."""

import os
import pwd
import shutil
import stat
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

from guapeng.plain.terminal import _
from guapeng.supervisor.errors import DatabaseRefused

SERVER_ACCOUNT: Final = "guapeng-db"
_SYSTEM_FOLDERS: Final = "/usr/sbin:/sbin"
# Debian, Red Hat, SUSE, openEuler and Kylin have the first; Alpine and other BusyBoxes the second.
_MAKERS: Final = (
    ("useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false"),
    ("adduser", "-S", "-D", "-H", "-s", "/bin/false"),
)


def server_account(home: Path) -> pwd.struct_passwd:
    """Return the account that the database server of the data folder ``home`` runs as.

    Our own, or where we are root the account ``guapeng-db``, made where missing.

    Raises:
        DatabaseRefused: the folder is another user's, or there is no account to use.
    """
    owner = home.stat().st_uid
    if owner != os.geteuid():
        raise DatabaseRefused(
            _(
                "数据目录 {folder} 属于 {owner}，现在的用户是 {user}。"
                "请以其属主运行，或用 GUAPENG_HOME 另指目录。"
            ).format(folder=home, owner=_name(owner), user=_name(os.geteuid()))
        )
    return _dedicated_account() if owner == 0 else _named_account(owner)


def may_enter(folder: Path, account: pwd.struct_passwd) -> bool:
    """Tell whether the account may walk into the folder, from the root of the file system on."""
    whole = folder.resolve()
    return all(_opens(step, account) for step in (whole, *whole.parents))


def _opens(folder: Path, account: pwd.struct_passwd) -> bool:
    state = folder.stat()
    if state.st_uid == account.pw_uid:
        return bool(state.st_mode & stat.S_IXUSR)
    if state.st_gid == account.pw_gid:
        return bool(state.st_mode & stat.S_IXGRP)
    return bool(state.st_mode & stat.S_IXOTH)


def _named_account(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise DatabaseRefused(
            _(
                "用户号 {uid} 在本系统没有名字，而 PostgreSQL 需要。"
                "请把它写进 /etc/passwd，或用 DATABASE_URL 另指数据库。"
            ).format(uid=uid)
        ) from None


def _dedicated_account() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam(SERVER_ACCOUNT)
    said = _make_account()
    with suppress(KeyError):  # also where another program made it meanwhile
        return pwd.getpwnam(SERVER_ACCOUNT)
    raise DatabaseRefused(
        _(
            "PostgreSQL 不以 root 运行，而账户 {account} 没能建立：{said}。"
            "请建立它，或以普通用户运行。"
        ).format(account=SERVER_ACCOUNT, said=said)
    )


def _make_account() -> str:
    """Try to make the account; return what the system said about it."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), _SYSTEM_FOLDERS))
    for tool, *options in _MAKERS:
        if program := shutil.which(tool, path=path):
            done = subprocess.run(  # noqa: S603  # constant words
                [program, *options, SERVER_ACCOUNT], check=False, capture_output=True, text=True
            )
            return done.stderr.strip()
    return _("系统里没有 useradd，也没有 adduser")


def _name(uid: int) -> str:
    with suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return _("用户号 {uid}").format(uid=uid)
