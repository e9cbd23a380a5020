"""Django for commands: the database is up, the settings are read."""

import os

from guapeng.supervisor import postgres


def set_up() -> None:
    """Start or join the database and set Django up; harmless when done before."""
    postgres.ensure_running()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guapeng.config.settings")
    import django  # slow; commands that need no database never come here

    django.setup()
