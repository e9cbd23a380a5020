"""What a division gives to the one that takes it over whole: outline, households, its past."""

from collections.abc import Collection, Mapping, Sequence

import shapely
from django.db import connection

from guapeng.kernel.divisions.models import Division

_PAST = """
update divisions_division heir set formerly = taken.ids
from (
    select pair.heir, array_agg(distinct past.id order by past.id) as ids
    from unnest(%(old)s::bigint[], %(new)s::bigint[]) as pair(id, heir)
    join divisions_division old on old.id = pair.id
    join divisions_division new on new.id = pair.heir
    cross join lateral unnest(old.formerly || old.id || new.formerly) as past(id)
    group by pair.heir
) taken
where heir.id = taken.heir
"""
# What one row hands to a row that has just begun.
_WHOLE = """
update divisions_division new
set outline = old.outline, datum = old.datum, lon = old.lon, lat = old.lat,
    households = old.households,
    name_mongolian = case when new.name = old.name then old.name_mongolian else '' end
from unnest(%(old)s::bigint[], %(new)s::bigint[]) as pair(id, heir)
join divisions_division old on old.id = pair.id
where new.id = pair.heir
"""


def hand_down(heirs: Mapping[int, int], *, merged: Mapping[int, Collection[int]]) -> None:
    """Give heirs what a new name, a new code or a merger does not change.

    ``heirs`` leads from the id of a row that ended to that of its only heir; ``merged`` from an
    heir of several, or one that was there before, to all that it now consists of.
    """
    whole = {old: new for old, new in heirs.items() if new not in merged}
    with connection.cursor() as cursor:
        cursor.execute(_PAST, {"old": list(heirs), "new": list(heirs.values())})
        cursor.execute(_WHOLE, {"old": list(whole), "new": list(whole.values())})
    for new, parts in merged.items():
        _join(Division.objects.get(pk=new), list(Division.objects.filter(pk__in=parts)))


def _join(heir: Division, parts: Sequence[Division]) -> None:
    """Give an heir the households and the area of its parts, where they are known of all."""
    counts = [part.households for part in parts]
    heir.households = None if None in counts else sum(filter(None, counts))
    outlines = [bytes(part.outline) for part in parts if part.outline]
    if len(outlines) == len(parts) and len({part.datum for part in parts}) == 1:
        area = shapely.union_all(shapely.from_wkb(outlines))
        inside = area.representative_point()
        heir.outline, heir.datum = shapely.to_wkb(area), parts[0].datum
        heir.lon, heir.lat = inside.x, inside.y
    heir.save(update_fields=["households", "outline", "datum", "lon", "lat"])
