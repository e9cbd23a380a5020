"""Commands around the embedded database as a whole: copies of it, and a look inside."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from guapeng.command.django import say
from guapeng.plain.terminal import _
from guapeng.supervisor import binaries, postgres
from guapeng.supervisor.errors import DatabaseRefused
from guapeng.supervisor.home import home
from guapeng.supervisor.place import Place

app = typer.Typer(no_args_is_help=True, help="Copy the embedded database, or look inside.")


@app.command()
def dump(file: Annotated[Path, typer.Argument(dir_okay=False)]) -> None:
    """Write a copy of the whole database, while it is in use.

    This and every later version of PostgreSQL can read it. Uploaded files and keys lie beside the
    database in the data folder: copy those too.

    Exit status: 0 written, 2 not.

    Example: guapeng database dump monday.dump
    """
    _run(binaries.programs() / "pg_dump", "--format=custom", f"--file={file}")


@app.command()
def restore(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Read a copy into a new and empty database: all of it, or nothing.

    `guapeng migrate` then brings an older copy to the present version.

    Exit status: 0 restored, 2 not.

    Example: guapeng database restore monday.dump
    """
    _refuse_filled()
    program = binaries.programs() / "pg_restore"
    _run(program, "--single-transaction", "--exit-on-error", str(file))


@app.command()
def shell(
    *,
    superuser: Annotated[bool, typer.Option(help="As PostgreSQL's superuser.")] = False,
) -> None:
    """Open psql on the database, as the product's own role.

    Exit status: 0 left, 2 psql or the database cannot be had.

    Example: guapeng database shell
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for psql, which heeds it
    program = shutil.which("psql") or binaries.programs() / "psql"  # the system's can edit lines
    _run(program, role="postgres" if superuser else "guapeng")


WITHOUT_DATABASE = (dump, restore, shell)  # they need no Django, and see to the server themselves


def _refuse_filled() -> None:
    """Make sure that nothing is there yet.

    Raises:
        DatabaseRefused: something is, or the database cannot be had.
    """
    import psycopg  # slow, and only needed here

    _embedded()
    with psycopg.connect(Place(home()).url(role="postgres")) as connection:
        found = connection.execute("select 1 from pg_tables where schemaname = 'public' limit 1")
        if found.fetchone():
            raise DatabaseRefused(_("这里已有数据；请用 GUAPENG_HOME 另指一个新的数据目录来恢复"))


def _run(program: str | Path, *arguments: str, role: str = "postgres") -> None:
    """Run a program of PostgreSQL's on the embedded database.

    Copies are made by the superuser: row-level security hides rows from all others.
    """
    _embedded()
    command = [program, *arguments, f"--dbname={Place(home()).url(role=role)}"]
    if subprocess.run(command, check=False).returncode:  # noqa: S603  # PostgreSQL's own
        raise typer.Exit(2)


def _embedded() -> None:
    """Have the embedded server running.

    Raises:
        DatabaseRefused: another server is used, or this one cannot be.
    """
    if os.environ.get("DATABASE_URL"):
        raise DatabaseRefused(_("DATABASE_URL 指的是您自己的数据库，请用它自己的工具"))
    postgres.ensure_running(say=say)
