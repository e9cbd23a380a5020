"""One row of a list of matters, ready to be drawn by ``<c-rows>``."""

from typing import NamedTuple

from guapeng.web.words import Due


class Row(NamedTuple):
    """A matter in a list, every value as people read it.

    ``tone`` and ``due_tone`` are waiting, going, done, overdue or quiet; ``mark`` is a short word
    that stands out, such as 紧急; ``fresh`` says that the reader has not opened it yet.
    """

    href: str
    title: str
    number: str = ""
    meta: str = ""
    state: str = ""
    tone: str = "quiet"
    due: str = ""
    due_tone: str = "quiet"
    until: str = ""
    mark: str = ""
    fresh: bool = False

    def with_due(self, due: Due) -> "Row":
        """Return the row with a deadline."""
        return self._replace(due=due.text, due_tone=due.tone, until=due.until)
