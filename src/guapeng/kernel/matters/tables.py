"""Step tables: a procedure as rows, declared once.

From a table come the form pages, the JSON API, the inbox, the deadlines, the permission test, the
diagram and the Chinese procedure page (style.md §5).
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import override

from guapeng.kernel.matters.forms import StepForm
from guapeng.kernel.matters.models import Case, Visibility
from guapeng.kernel.matters.parties import Party

Text = str | Promise
Effect = Callable[..., str | None]
Begins = Callable[..., Case]
NEW: Final = ""
STAY: Final = "="


@dataclass(frozen=True)
class State:
    """Where a matter can stand: a stable key, its Chinese label, and what the public reads."""

    key: str
    label: Text
    public: Text = ""
    final: bool = False


@dataclass(frozen=True)
class Within:
    """A time limit: the rule that holds it, and the steps since which it runs.

    ``since`` empty means from now; naming steps means from when one of them was last taken, so
    that signing in late does not buy time. ``day`` names, in place of a rule, the field of the case
    that holds the day; the verb that leads there has saved it.
    """

    rule: str = ""
    since: tuple[str, ...] = ()
    day: str = ""


@dataclass(frozen=True)
class Step:
    """One row, one sentence: from a state, who does what, giving what, within which limit.

    Attributes:
        at: states from which the step leaves; ``NEW`` for the step that opens a matter.
        to: the state it leads to; several when the effect decides, by returning one. ``STAY``
            ends the taker's own task alone; naming the present state calls everybody again.
        form: what is given.
        within: who is awaited has this long; a row without a limit is possible, not awaited.
        effect: the app's own verb, ``effect(case, *, by, at, **given)``; may raise its own error.
        begins: of a row that opens a matter and does no more than save a case: makes that case,
            ``begins(matter, *, by, at, **given)``, unsaved, so that many can be opened at once. It
            may give the matter an ``outcome`` and, unsaved too, ``parts``.
        says: the journal's sentence; may quote the form's ``tells`` and nothing else.
        not_by: keys of steps whose taker may not take this one (a second person must).
        once: may be taken once in a matter's life.
        window: how long after the state was reached (or a named step taken) the row is open.
    """

    key: str
    label: Text
    who: Party
    at: str | tuple[str, ...]
    to: str | tuple[str, ...]
    form: type[StepForm] = StepForm
    within: Within | str | None = None
    effect: Effect | None = None
    begins: Begins | None = None
    says: Text = ""
    not_by: tuple[str, ...] = ()
    once: bool = False
    window: Within | None = None

    @property
    def leaves(self) -> tuple[str, ...]:
        """The states from which the step can be taken."""
        return (self.at,) if isinstance(self.at, str) else self.at

    @property
    def targets(self) -> tuple[str, ...]:
        """The states to which the step can lead."""
        return (self.to,) if isinstance(self.to, str) else self.to

    def target(self, before: str, answer: str | None = None) -> str:
        """Return the state after the step: the only target, or the one that the effect chose.

        Raises:
            ValueError: the effect chose none of them.
        """
        if self.to == STAY:
            return before
        if isinstance(self.to, str):
            return self.to
        if answer not in self.to:
            raise ValueError(f"{self.key} answered {answer!r}, not one of {self.to}")
        return answer

    @property
    def limit(self) -> Within | None:
        """The row's limit in its full form."""
        return Within(self.within) if isinstance(self.within, str) else self.within

    @cached_property
    def quotes(self) -> frozenset[str]:
        """The names that ``says`` quotes."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(str(self.says)) if name)

    def told(self, given: Mapping[str, Any]) -> str:
        """Return the journal's sentence, in one language whatever the actor reads."""
        if not self.quotes:
            return self._sentence.format()
        with override(settings.LANGUAGE_CODE):
            return self._sentence.format(**{name: given[name] for name in self.quotes})

    @cached_property
    def _sentence(self) -> str:
        with override(settings.LANGUAGE_CODE):
            return str(self.says)


@dataclass(frozen=True)
class Workflow:
    """The procedure of one kind of matter. Keys of states and steps are never renamed.

    A running matter keeps the ``version`` it began with; a changed table is registered beside the
    old one under the next number. ``panel`` is the template that shows the case on the matter's
    page, to those whom the database shows it; ``visibility`` is that of a new matter.
    """

    key: str
    label: Text
    version: int
    case: type[Case]
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    _: KW_ONLY
    panel: str = ""
    visibility: Visibility = Visibility.PUBLIC

    def state(self, key: str) -> State:
        """Return the state ``key``; KeyError when the table has none."""
        return self._states[key]

    def step(self, key: str) -> Step:
        """Return the row ``key``; KeyError when the table has none."""
        return self._steps[key]

    @cached_property
    def _states(self) -> dict[str, State]:
        return {state.key: state for state in self.states}

    @cached_property
    def _steps(self) -> dict[str, Step]:
        return {step.key: step for step in self.steps}

    @property
    def first(self) -> Step:
        """The row by which people open a matter: the first that leaves from ``NEW``.

        Further ones are the system's own, for what comes in at once (``beginning.open_many``).
        """
        return next(iter(self.leaving(NEW)))

    def opening(self, key: str) -> Step:
        """Return the row ``key`` that opens a matter; KeyError when the table has none."""
        return {step.key: step for step in self.leaving(NEW)}[key]

    def leaving(self, state: str) -> Iterable[Step]:
        """Yield the rows that leave from ``state``, in table order."""
        return (step for step in self.steps if state in step.leaves)

    def ahead(self, state: str) -> list[State]:
        """Return the states still to come if all goes well: each awaited row's first target."""
        way: list[State] = []
        while not self.state(state).final:
            onward = (step.targets[0] for step, _limit in self.awaited(state))
            state = next((to for to in onward if to not in (STAY, state)), "")
            if not state or self.state(state) in way:
                break
            way.append(self.state(state))
        return way

    def awaited(self, state: str) -> Iterable[tuple[Step, Within]]:
        """Yield the rows that somebody is expected to take in ``state``, with their limits."""
        return ((step, step.limit) for step in self.leaving(state) if step.limit)


_WORKFLOWS: Final[dict[tuple[str, int], Workflow]] = {}


def register(workflow: Workflow) -> None:
    """Make a procedure known. Called from an app's ``ready``."""
    _WORKFLOWS[workflow.key, workflow.version] = workflow


def workflow(key: str, version: int | None = None) -> Workflow:
    """Return the procedure ``key``, the newest or the given version.

    Raises:
        KeyError: nobody registered it.
    """
    if version is None:
        version = max((number for name, number in _WORKFLOWS if name == key), default=0)
    return _WORKFLOWS[key, version]


def workflows() -> list[Workflow]:
    """Return the newest version of every procedure, by key."""
    return [workflow(key) for key in sorted({key for key, _ in _WORKFLOWS})]


def of(matter: Any) -> Workflow:
    """Return the procedure that ``matter`` follows."""
    return _WORKFLOWS[matter.workflow, matter.version]
