"""The demo: an invented banner to walk around in, built and served by one command."""

import datetime as dt
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from guapeng.command import serving
from guapeng.command.django import say, set_up
from guapeng.plain.terminal import Advance, _, progress
from guapeng.plain.workdays import SHANGHAI

app = typer.Typer()


@app.command()
def demo(
    *,
    host: serving.Host = "127.0.0.1",
    port: serving.Port = 8000,
    date: Annotated[
        dt.datetime | None,
        typer.Option(
            help="The demo's present day, at ten; now if not given.", formats=["%Y-%m-%d"]
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number makes another banner.")] = 1,
    full: Annotated[
        bool,
        typer.Option(
            help="2,332 grids, some 900,000 households, half a year of 5,000 concerns, and"
            " 100,000 closed before."
        ),
    ] = False,
    serve: Annotated[bool, typer.Option(help="Serve it afterwards.")] = True,
) -> None:
    """Build an invented banner, unless it is there, and serve it in demo mode.

    The same day and seed make the same banner. It lies in the data folder (GUAPENG_HOME); delete
    the folder to begin anew.

    Exit status: 0 stopped or built, 1 a process kept ending, 2 the data folder holds other data,
    or the port or the database cannot be had.

    Example: guapeng demo --port 8001
    """
    if serve:
        serving.require_free(host, port)  # now, not after a minute
    os.environ["GUAPENG_MODE"] = "demo"
    set_up()
    _build(_present(date), seed, full=full)
    _print_logins()
    if serve:
        serving.serve(host=host, port=port, workers=0, with_worker=True)


WITHOUT_DATABASE = (demo,)  # it chooses the mode before the settings are read


def _present(date: dt.datetime | None) -> dt.datetime:
    if date is None:
        return dt.datetime.now(SHANGHAI).replace(second=0, microsecond=0)
    return date.replace(hour=10, tzinfo=SHANGHAI)


def _build(at: dt.datetime, seed: int, *, full: bool) -> None:
    from django.conf import settings  # after Django is set up
    from django.core.management import call_command
    from django.utils.translation import override

    from guapeng.demo import banner, teaching
    from guapeng.demo.recipe import FULL, USUAL, Recipe

    try:
        banner.refuse_other_data()
        with _phase(_("数据表")):
            call_command("migrate", interactive=False, verbosity=0)
        if banner.loaded():
            say(_("演示旗已在，直接使用"))
        else:
            with override(settings.LANGUAGE_CODE):  # what is kept is read by all, not here alone
                banner.load(Recipe(at, seed, FULL if full else USUAL), phase=_phase)
            with _phase(_("派单建议")) as advance:
                teaching.teach(at=at, progress=advance)
    except banner.NotEmpty as refusal:
        say(str(refusal))
        raise typer.Exit(2) from None


@contextmanager
def _phase(name: str) -> Iterator[Advance]:
    """Tell when a phase begins, how far it is, and how long it took."""
    begun = time.monotonic()
    with progress(name) as advance:
        yield advance
    say(f"{name} … {time.monotonic() - begun:.1f} {_('秒')}")


def _print_logins() -> None:
    from rich.console import Console  # slow, and only needed here
    from rich.table import Table

    from guapeng.demo import logins

    table = Table(title=_("演示账号，密码都是 demo"))
    for head in (_("岗位"), _("姓名"), _("登录名"), _("可以做什么")):
        table.add_column(head)
    names = logins.names()
    for login in logins.LOGINS:
        table.add_row(logins.label(login), names[login.username], login.username, login.says)
    Console().print(table)
