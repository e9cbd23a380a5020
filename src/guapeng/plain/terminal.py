"""What commands say: in the terminal's language, and how far they are. Free of Django."""

import gettext
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

Advance = Callable[[int, int | None], None]
"""Hears how much is done and of how much, None while that is not known."""

_CATALOGUES: Final = Path(__file__).parent.parent / "locale"
_LINE_EVERY_SECONDS: Final = 5.0


def _asked_for() -> list[str]:
    """Return the languages that the environment names; C and POSIX name none."""
    variables = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    named = next((value for name in variables if (value := os.environ.get(name))), "")
    return [one for one in named.split(":") if one.partition(".")[0] not in ("", "C", "POSIX")]


_catalogue = gettext.translation("django", _CATALOGUES, _asked_for() or ["zh"], fallback=True)

_ = _catalogue.gettext
"""Translate a wording as ``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES`` or ``LANG`` asks; the wording
itself is Chinese and is what every other language reads."""

LANGUAGE: Final = _catalogue.info().get("language", "zh-hans")
"""The language that is spoken, as Django names it."""


@contextmanager
def progress(label: str) -> Iterator[Advance]:
    """Show how far a task is: a bar at a terminal, a line every few seconds elsewhere.

    >>> with progress("导入") as advance:
    ...     for row in range(1000):
    ...         advance(row, 1000)
    """
    if not sys.stderr.isatty():
        yield _lines(label)
        return
    from rich.console import Console  # slow, and only needed here
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(label, total=None)
        yield lambda done, total: bars.update(bar, completed=done, total=total)


def _lines(label: str) -> Advance:
    spoke = time.monotonic()

    def advance(done: int, total: int | None) -> None:
        nonlocal spoke
        if time.monotonic() - spoke > _LINE_EVERY_SECONDS:
            spoke = time.monotonic()
            sys.stderr.write(f"{label} {done:,}{f' / {total:,}' if total else ''}\n")

    return advance
