"""Commands that the kernel's and the apps' parts bring, found by looking.

A part's ``commands.py`` may hold up to three Typer instances: ``app``, whose commands appear under
the part's name; ``importers`` under ``guapeng import``; ``exporters`` under ``guapeng export``. It
imports its models inside its functions: Django is set up when a command runs, not for its help.
"""

import pkgutil
from collections.abc import Callable, Iterator
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import typer

from guapeng import apps, kernel
from guapeng.command.django import set_up

# Parts that speak for the whole product: their commands need no name before them.
_AT_TOP = frozenset({"journal"})


def mount(app: typer.Typer, *, imports: typer.Typer) -> None:
    """Give ``app`` what the parts bring; ``imports`` is its group for importers."""
    exports = typer.Typer(no_args_is_help=True, help="导出")
    for name, part in _parts():
        _add(app, part, "app", under=None if name in _AT_TOP else name)
        _add(imports, part, "importers")
        _add(exports, part, "exporters")
    if exports.registered_groups:
        app.add_typer(exports, name="export")


def _parts() -> Iterator[tuple[str, ModuleType]]:
    for storey in (kernel, apps):
        for found in pkgutil.iter_modules(storey.__path__):
            module = f"{storey.__name__}.{found.name}.commands"
            if found.ispkg and find_spec(module):
                yield found.name, import_module(module)


def _add(group: typer.Typer, part: ModuleType, kind: str, under: str | None = None) -> None:
    brought: typer.Typer | None = getattr(part, kind, None)
    if brought is None:
        return
    for command in brought.registered_commands:
        assert command.callback
        command.callback = _with_django(command.callback)
    group.add_typer(brought, name=under)


def _with_django(run: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(run)
    def ready(*args: Any, **options: Any) -> Any:
        set_up()
        return run(*args, **options)

    return ready
