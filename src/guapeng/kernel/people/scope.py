"""Who the database takes the present connection for; row-level security reads it.

Without a scope a connection sees nothing that is guarded: forgetting is safe, and loud.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection, transaction

from guapeng.kernel.people.actors import Actor

_MARK: Final = "guapeng_is_trusted"
_OPEN: Final = "guapeng_asks_nothing_guarded"

_SET = """select set_config('guapeng.person', %s, false), set_config('guapeng.areas', %s, false),
                 set_config('guapeng.keys', %s, false), set_config('guapeng.system', %s, false)"""


_TRUST = """select current_setting('guapeng.system', true),
                  set_config('guapeng.system', %s, true)"""
TRUST_AT_ONCE: Final = "trust as materialized (select set_config('guapeng.system', 'on', true))"
"""Begins a statement that shows its parts all rows that are read together with ``trust``.

For a statement that is a transaction of its own: with its end the trust ends.
"""
_PRESENT = """select current_setting('guapeng.person', true),
                     current_setting('guapeng.areas', true),
                     current_setting('guapeng.keys', true),
                     current_setting('guapeng.system', true)"""


_NOBODY: Final = ("", "{}", "{}", "")


def enter(actor: Actor) -> None:
    """Let the connection act for ``actor`` until somebody else enters or ``leave`` is called."""
    _forgotten()
    _set(*_told(actor))


def enter_at_need(actor: Actor) -> None:
    """Do what ``enter`` does with the first statement that is not ``unguarded``.

    A request that asks for nothing guarded never tells, and the connection stays nobody's.
    """
    _forgotten()
    connection.execute_wrappers.insert(0, _Untold(_told(actor)))


def leave() -> None:
    """Let the connection act for nobody."""
    waiting = _forgotten()
    if waiting is None or waiting.is_told:
        _set(*_NOBODY)


@contextmanager
def unguarded() -> Iterator[None]:
    """Let the block's statements pass without a scope: they read no guarded row, or trust alone."""
    before = getattr(connection, _OPEN, False)
    setattr(connection, _OPEN, True)
    try:
        yield
    finally:
        setattr(connection, _OPEN, before)


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Act for ``actor`` within the block, and for whoever it was before after it."""
    before = _present()
    _set(*_told(actor))
    try:
        yield actor
    finally:
        _set(*before)


@contextmanager
def trusted() -> Iterator[None]:
    """Let the kernel's own code see all rows within the block, inside a transaction.

    For the engine, after it has found the matter in the actor's own scope. An error leaves the
    setting to the rollback of the transaction. A block within another asks nothing.
    """
    if getattr(connection, _MARK, False):
        yield
        return
    before = _trust("on")
    with _marked():
        yield
    _trust(before)


@contextmanager
def trusted_transaction() -> Iterator[None]:
    """Do all of a transaction as ``trusted``; its end takes the trust away by itself."""
    if connection.in_atomic_block:
        with transaction.atomic(), trusted():
            yield
        return
    with transaction.atomic():
        _trust("on")
        with _marked():
            yield


def _trust(value: str) -> str:
    """Set whether rows are shown until the transaction ends; return what it was before."""
    with connection.cursor() as cursor:
        cursor.execute(_TRUST, [value])
        return cursor.fetchone()[0] or ""


@contextmanager
def _marked() -> Iterator[None]:
    """Remember that the connection is trusted; whoever enters a scope of its own forgets it."""
    setattr(connection, _MARK, True)
    try:
        yield
    finally:
        setattr(connection, _MARK, False)


def _present() -> tuple[str, str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT)
        person, areas, keys, system = cursor.fetchone()
    return person or "", areas or "{}", keys or "{}", system or ""


def _set(person: str, areas: str, keys: str, system: str) -> None:
    setattr(connection, _MARK, False)
    with connection.cursor() as cursor:
        cursor.execute(_SET, [person, areas, keys, system])


class _Untold:
    """A scope that waits, among the connection's wrappers, for a statement that wants it.

    Told within a transaction, it stays until that commits: a rollback takes the telling back.
    """

    def __init__(self, told: tuple[str, str, str, str]) -> None:
        self.told = told
        self.is_told = False
        self._is_telling = False

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001  # Django's call
        context: Any,
    ) -> Any:
        if not (self._is_telling or getattr(connection, _OPEN, False) or self._holds()):
            self._tell()
        return execute(sql, params, many, context)

    def _tell(self) -> None:
        self._is_telling = True
        try:
            _set(*self.told)
        finally:
            self._is_telling = False
        self.is_told = True
        transaction.on_commit(self._settled)

    def _holds(self) -> bool:
        """Whether it was told in this transaction; Django drops the note with what is undone."""
        return any(note[1] == self._settled for note in connection.run_on_commit)

    def _settled(self) -> None:
        if self in connection.execute_wrappers:
            connection.execute_wrappers.remove(self)


def _forgotten() -> _Untold | None:
    """Take the scope that waits to be told off the connection, and return it."""
    waiting = [one for one in connection.execute_wrappers if isinstance(one, _Untold)]
    for one in waiting:
        connection.execute_wrappers.remove(one)
    return waiting[0] if waiting else None


def _told(actor: Actor) -> tuple[str, str, str, str]:
    """Return person, areas, keys and whether it is the product itself, as the database reads."""
    return (
        str(actor.person_id or ""),
        _array(str(area) for area in actor.areas),
        _array(f'"{key}"' for key in sorted(actor.keys)),
        "on" if actor.system else "",
    )


def _array(items: Iterator[str]) -> str:
    return "{" + ",".join(items) + "}"
