"""Reading the tree: who is inside whom on a day, which code was whose, what became of a place."""

import datetime as dt

from django.db.models import QuerySet

from guapeng.kernel.divisions.models import Division
from guapeng.plain import codes
from guapeng.plain.text import fold


def at(day: dt.date) -> QuerySet[Division]:
    """Return all divisions valid on ``day``, without their outlines, by level and code."""
    valid = Division.objects.filter(valid__contains=day)
    return valid.defer("outline").order_by("level", "code")


def children(division: Division, *, on: dt.date) -> QuerySet[Division]:
    """Return the divisions directly below ``division`` on that day.

    A renamed division hands its children to the row that succeeds it; so they are asked for by
    the parent's code, which a new name does not change.
    """
    return at(on).filter(parent__scheme=division.scheme, parent__code=division.code)


def subtree(division: Division, *, on: dt.date) -> QuerySet[Division]:
    """Return ``division`` and all below it that are valid on that day: one index look-up.

    Ask with the row of today: those below a renamed division are now below its successor.
    """
    return at(on).filter(lineage__contains=[division.pk])


def by_code(code: str, *, on: dt.date, scheme: str | None = None) -> QuerySet[Division]:
    """Return what bore ``code`` on that day: one row at most per scheme, of every scheme if none.

    Raises:
        Unfit: the code cannot be one.
    """
    found = at(on).filter(code=codes.normalise(code))
    return found.filter(scheme=scheme) if scheme else found


def successors(division: Division, *, on: dt.date) -> list[Division]:
    """Return what ``division`` has become by that day, by level and code.

    Itself, if it is still valid; several, if it was split; none, if it ended and left no heir.
    """
    found, frontier, seen = set[int](), {division.pk}, {division.pk}
    while frontier:
        found |= set(at(on).filter(pk__in=frontier).values_list("pk", flat=True))
        heirs = Division.objects.filter(
            succeeded__predecessor__in=frontier - found, succeeded__on__lte=on
        )
        frontier = set(heirs.values_list("pk", flat=True)) - seen
        seen |= frontier
    return list(at(on).filter(pk__in=found))


def search(text: str, *, on: dt.date, within: Division | None = None) -> QuerySet[Division]:
    """Return divisions of that day by words of their names, or by how their codes begin.

    A name holds every word of ``text``; digits alone are a code. Without words nothing is found.
    """
    found = subtree(within, on=on) if within else at(on)
    words = fold(text).split()
    if len(words) == 1 and words[0].isdecimal():
        return found.filter(code__startswith=words[0])
    for word in words:
        found = found.filter(name__icontains=word)
    return found if words else found.none()
