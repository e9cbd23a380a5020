"""``python -m guapeng``."""

from guapeng.command import main

main()
