"""What the steps and states of a procedure mean to the statistics; each app says it for its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.core.cache import cache

from guapeng.kernel.matters import tables


class CategoryName(NamedTuple):
    """A category in words; ``above`` is the code of the wider one, empty for the widest."""

    code: str
    name: str
    above: str = ""


def _no_categories() -> Sequence[CategoryName]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """The meaning of one procedure's keys.

    Attributes:
        workflow: key of the procedure.
        contact: steps of which the first one taken is the first contact.
        redo: steps that send a matter back to be handled again, if they lead to ``redo_to``.
        redo_to: states in which it is handled again.
        reopen: steps that bring a closed matter back.
        left_out: final states that keep a matter out of the three rates.
        taken_over: the step by which a matter comes in closed elsewhere. While nothing followed,
            it is out of the rates, for nobody here could act; its times are those of its source,
            and an end that nobody told (``closed_at`` is the moment of the step) is no time.
        solved_at: final states that mean solved, in procedures that keep no verdict.
        unsolved_at: final states that mean unsolved.
        categories: the instance's categories, asked when a page is shown.
    """

    workflow: str
    contact: tuple[str, ...] = ()
    redo: tuple[str, ...] = ()
    redo_to: tuple[str, ...] = ()
    reopen: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    taken_over: str = ""
    solved_at: tuple[str, ...] = ()
    unsolved_at: tuple[str, ...] = ()
    categories: Callable[[], Sequence[CategoryName]] = _no_categories


_KEPT_SECONDS: Final = 30
_MEANINGS: Final[dict[str, Meaning]] = {}


def register(meaning: Meaning) -> None:
    """Make the meaning of a procedure known. Called from an app's ``ready``."""
    _MEANINGS[meaning.workflow] = meaning


def meanings() -> list[Meaning]:
    """Return the meaning of every registered procedure; a silent one is only counted."""
    known = [workflow.key for workflow in tables.workflows()]
    return [_MEANINGS.get(key, Meaning(workflow=key)) for key in known]


def categories() -> dict[str, CategoryName]:
    """Return all categories by code, in the order of their codes; changes show in half a minute."""
    return cache.get_or_set("matters.categories", _categories, _KEPT_SECONDS) or {}


def _categories() -> dict[str, CategoryName]:
    found = {name.code: name for meaning in meanings() for name in meaning.categories()}
    return dict(sorted(found.items()))
