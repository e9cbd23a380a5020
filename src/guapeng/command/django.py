"""Django for commands: the database is there, the settings are read."""

import os

import typer

from guapeng.plain.terminal import LANGUAGE
from guapeng.supervisor import postgres


def say(line: str) -> None:
    """Tell the person at the terminal, without mixing into what a command gives."""
    typer.echo(line, err=True)


def set_up() -> None:
    """Start or join the database and set Django up; harmless when done before.

    Raises:
        DatabaseRefused: as ``postgres.ensure_running``.
    """
    postgres.ensure_running(say=say)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guapeng.config.settings")
    import django  # slow; commands that need no database never come here
    from django.utils import translation

    django.setup()
    translation.activate(LANGUAGE)
