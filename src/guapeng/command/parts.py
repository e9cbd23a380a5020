"""Commands that the kernel's and the apps' parts bring, found by looking.

A part's ``commands.py`` may hold up to three Typer instances: ``app``, whose commands appear under
the part's name; ``importers`` under ``guapeng import``; ``exporters`` under ``guapeng export``.
Before a command runs, the database is there and Django is set up, except for those functions that
the module lists in ``WITHOUT_DATABASE``. The module imports its models, and all that is slow,
inside its functions, so that help comes at once.

A fault (``Unfit``) that a command raises is told and ends with 1; a setting that cannot be meant,
a file that cannot be read or a database that cannot be used with 2.
"""

import os
import pkgutil
from collections.abc import Callable, Iterator
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final, NoReturn

import typer
from django.core.exceptions import ImproperlyConfigured

from guapeng import apps, kernel
from guapeng.command.django import set_up
from guapeng.plain.terminal import _
from guapeng.plain.unfit import Unfit
from guapeng.supervisor.errors import DatabaseRefused

# Parts that speak for the whole product: their commands need no name before them.
_AT_TOP: Final = frozenset({"journal", "matters"})

_OF_ANOTHER_VERSION: Final = frozenset({"UndefinedTable", "UndefinedColumn"})
_OUT_OF_REACH: Final = "OperationalError"
"""What the driver raises; by name, for it is not loaded where no database is needed."""


def mount(root: typer.Typer) -> None:
    """Give ``root`` what the parts bring."""
    imports = typer.Typer(no_args_is_help=True, help="Read files into the database.")
    exports = typer.Typer(no_args_is_help=True, help="Write what is in the database to files.")
    for name, part in _parts():
        add(root, part, under=None if name in _AT_TOP else name)
        add(imports, part, kind="importers")
        add(exports, part, kind="exporters")
    for group, name in ((imports, "import"), (exports, "export")):
        if group.registered_groups:
            root.add_typer(group, name=name)


def add(
    group: typer.Typer, part: ModuleType, *, kind: str = "app", under: str | None = None
) -> None:
    """Add the part's commands of one kind to ``group``, below the name ``under`` if it is given."""
    brought: typer.Typer | None = getattr(part, kind, None)
    if brought is None:
        return
    for command in brought.registered_commands:
        assert command.callback
        needs_database = command.callback not in getattr(part, "WITHOUT_DATABASE", ())
        command.callback = _careful(command.callback, needs_database=needs_database)
    group.add_typer(brought, name=under)


def _parts() -> Iterator[tuple[str, ModuleType]]:
    for storey in (kernel, apps):
        for found in pkgutil.iter_modules(storey.__path__):
            module = f"{storey.__name__}.{found.name}.commands"
            if found.ispkg and find_spec(module):
                yield found.name, import_module(module)


def _careful(run: Callable[..., Any], *, needs_database: bool) -> Callable[..., Any]:
    @wraps(run)
    def carefully(*args: Any, **options: Any) -> Any:
        try:
            if needs_database:
                set_up()
            return run(*args, **options)
        except Unfit as fault:
            _end(_(fault.wording) % fault.given, status=1)
        except (DatabaseRefused, ImproperlyConfigured) as refusal:
            _end(str(refusal), status=2)
        except OSError as error:
            _end(_about(error), status=2)
        except UnicodeDecodeError as error:
            _end(str(error), status=2)
        except Exception as error:
            cause = type(error.__cause__).__name__
            if cause in _OF_ANOTHER_VERSION:
                _end(_("数据库不是这一版的，请先运行 guapeng migrate"), status=2)
            if cause != _OUT_OF_REACH:
                raise
            _end(_("连不上数据库：{error}").format(error=error), status=2)

    return carefully


def _about(error: OSError) -> str:
    if error.filename is None:
        return str(error)
    wording = _("用不了“{file}”：{reason}")
    return wording.format(file=os.fsdecode(error.filename), reason=error.strerror)


def _end(reason: str, *, status: int) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(status)
