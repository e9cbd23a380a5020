"""The command line ``guapeng``. Django is set up only by the commands that need it."""

from guapeng.command.app import main

__all__ = ["main"]
