"""Who the database takes the present connection for; row-level security reads it.

Without a scope a connection sees nothing that is guarded: forgetting is safe, and loud.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

from guapeng.kernel.people.actors import Actor

_MARK: Final = "guapeng_is_trusted"

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


def enter(actor: Actor) -> None:
    """Let the connection act for ``actor`` until somebody else enters or ``leave`` is called."""
    _set(
        str(actor.person_id or ""),
        _array(str(area) for area in actor.areas),
        _array(f'"{key}"' for key in sorted(actor.keys)),
        "on" if actor.system else "",
    )


def leave() -> None:
    """Let the connection act for nobody."""
    _set("", "{}", "{}", "")


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Act for ``actor`` within the block, and for whoever it was before after it."""
    before = _present()
    enter(actor)
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


def _array(items: Iterator[str]) -> str:
    return "{" + ",".join(items) + "}"
