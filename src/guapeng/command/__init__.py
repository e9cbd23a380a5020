"""The command line ``guapeng``. Django is set up only by the commands that need it.

Exit statuses of every command: 0 done, 1 something was found or is not right, 2 wrong use, or a
file, port or database cannot be had.
"""

from guapeng.command.app import main

__all__ = ["main"]
