"""From the keys under which tasks wait back to the persons behind them (``Actor.keys``)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.models import Post


def holders(keys: Collection[str], *, on: dt.date) -> dict[str, set[int]]:
    """Return the ids of the persons who answer to each key ``on`` that day, in one query.

    ``person:7`` is that person, ``role:dispatcher@3`` whoever holds the post there or in what has
    taken that division over, ``body:12`` whoever works on cases for the unit. Nobody in particular
    stands behind ``anyone``, ``asker:…`` and ``clockwork``.
    """
    found: dict[str, set[int]] = defaultdict(set)
    wanted = Q()
    for key in keys:
        kind, _colon, rest = key.partition(":")
        if kind == "person":
            found[key].add(int(rest))
        else:
            wanted |= _posts(kind, rest)
    held = Post.objects.filter(wanted, valid__contains=on, person__deleted_at=None)
    for person_id, *post in held.values_list("person_id", *_POST) if wanted else ():
        for key in _keys(*post).intersection(keys):
            found[key].add(person_id)
    return found


_POST = ("role", "division_id", "division__formerly", "body_id")


def _posts(kind: str, rest: str) -> Q:
    if kind == "role":
        role, _at, place = rest.partition("@")
        here = Q(division_id=int(place)) | Q(division__formerly__contains=[int(place)])
        return Q(here, role=role)
    return Q(body_id=int(rest)) if kind == "body" else Q()


def _keys(role: str, division_id: int, formerly: list[int], body_id: int | None) -> frozenset[str]:
    """Return the keys of one post, by the same rule as an actor's own."""
    post = HeldPost(role, division_id, lineage=(), formerly=tuple(formerly), body_id=body_id)
    return Actor(posts=(post,)).keys - {"anyone"}
