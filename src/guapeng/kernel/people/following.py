"""Posts, units, homes and households go with a division to its only heir.

A post ends at the old row and begins at the new one on the day, for as long as it was given. Where
a division ended without an heir, or was split, everything stays: those in office go on with what
was begun there, and a person decides who goes where.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from guapeng.kernel.divisions.following import Handover
from guapeng.kernel.people import scope
from guapeng.kernel.people.models import Body, Household, Post
from guapeng.kernel.people.roles import roles

# Whoever holds the same post at the heir already holds it once for the time of both.
_MOVE_POSTS: Final = """
with pair as (select * from unnest(%(old)s::bigint[], %(new)s::bigint[]) as pair(id, heir)),
moving as (
    select p.*, pair.heir from people_post p join pair on pair.id = p.division_id
    where p.valid && daterange(%(day)s, null)
),
trimmed as (
    update people_post p set valid = daterange(lower(p.valid), %(day)s) from moving
    where moving.id = p.id and (lower_inf(p.valid) or lower(p.valid) < %(day)s)
),
removed as (
    delete from people_post p using moving where moving.id = p.id and lower(p.valid) >= %(day)s
),
wanted as (
    select person_id, role, body_id, heir,
           range_agg(valid * daterange(%(day)s, null)) - coalesce((
               select range_agg(held.valid) from people_post held
               where held.person_id = moving.person_id and held.role = moving.role
                 and held.division_id = moving.heir
                 and held.body_id is not distinct from moving.body_id
           ), '{}') as times
    from moving group by person_id, role, body_id, heir
)
insert into people_post (person_id, role, division_id, body_id, valid)
select person_id, role, heir, body_id, time
from wanted cross join lateral unnest(times) as time
"""
_MOVE: Final = """
update {table} set {column} = pair.heir
from unnest(%(old)s::bigint[], %(new)s::bigint[]) as pair(id, heir) where {column} = pair.id
"""


def follow(handover: Handover) -> Mapping[int, list[str]]:
    """Let people follow their divisions; return what waits for a person, by division."""
    waiting: dict[int, list[str]] = defaultdict(list)
    with scope.trusted():
        for division, words in (*_units_that_stay(handover), *_left(handover)):
            waiting[division].append(words)
        _move(handover)
        for division, words in _held_by_several(handover):
            waiting[division].append(words)
    return waiting


def _move(handover: Handover) -> None:
    given: dict[str, Any] = {
        "old": list(handover.heirs),
        "new": list(handover.heirs.values()),
        "day": handover.day,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_POSTS, given)
        for table, column in (("people_person", "home_id"), ("people_household", "division_id")):
            cursor.execute(_MOVE.format(table=table, column=column), given)


def _units_that_stay(handover: Handover) -> Iterator[tuple[int, str]]:
    """Let units follow; yield those that cannot, for the heir has one of the same name."""
    names = set(_names(handover.heirs.values()))
    for unit in Body.objects.filter(division__in=handover.heirs).order_by("pk"):
        heir, old = handover.heirs[unit.division_id], unit.division_id
        if (heir, unit.name) in names:
            yield old, _("单位“%(name)s”与承接地的单位同名，没有移过去") % {"name": unit.name}
            continue
        names.add((heir, unit.name))
        unit.division_id = heir
        unit.save(update_fields=["division"])


def _names(divisions: Collection[int]) -> QuerySet[Body, tuple[int, str]]:
    return Body.objects.filter(division__in=divisions).values_list("division_id", "name")


def _left(handover: Handover) -> Iterator[tuple[int, str]]:
    """Yield how much stays with divisions that have no heir, or several."""
    left = list(handover.left)
    posts = Post.objects.filter(division__in=left, valid__contains=handover.day)
    units = Body.objects.filter(division__in=left, ended_on=None)
    households = Household.objects.filter(division__in=left, valid__upper_inf=True)
    for rows, wording in (
        (posts, _("任职%(count)d个")),
        (units, _("单位%(count)d个")),
        (households, _("住户%(count)d户")),
    ):
        for division, count in _counted(rows):
            yield division, wording % {"count": count}


def _counted(rows: QuerySet[Any]) -> Iterator[tuple[int, int]]:
    yield from rows.order_by().values_list("division_id").annotate(count=Count("pk"))


def _held_by_several(handover: Handover) -> Iterator[tuple[int, str]]:
    """Yield the posts of merged divisions that more than one person holds now."""
    held = Post.objects.filter(
        division__in=handover.merged, valid__contains=handover.day, body=None
    )
    by_role = held.values_list("division_id", "role").annotate(count=Count("person", distinct=True))
    for division, role, count in by_role.filter(count__gt=1).order_by("division_id", "role"):
        label = roles()[role].label
        yield division, _("%(role)s现有%(count)d人") % {"role": label, "count": count}
