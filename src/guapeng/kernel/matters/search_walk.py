"""The walk of the search: through stretches of ids, the newest first, until a page is full.

A common word stands in too many matters to read them all, a rare one in too few to look at every
matter. So a matter also is found by the stretches of ids in which it lies, and the index asks for
keys and stretch at once: it leaps from one to the other, whichever is rarer. The stretches get
wider on the way: some twenty of them hold ten million matters.

The index is asked for the ``telling`` keys alone, because reading long lists of what nearly every
matter has costs more than looking at the few rows that are left (``is true`` keeps the rest of the
``wanted`` ones from the index).
"""

from typing import Final

from django.db import migrations

# Seven widths, from 2^11 (two thousand) ids to 2^23 (eight million), each four of the one before.
_WALK: Final = """
create function matters_stretches(id bigint) returns bigint[] language sql immutable as $$
    select array[id >> 11 << 3, (id >> 13 << 3) + 1, (id >> 15 << 3) + 2, (id >> 17 << 3) + 3,
                 (id >> 19 << 3) + 4, (id >> 21 << 3) + 5, (id >> 23 << 3) + 6]
$$;
create function matters_found(
    wanted bigint[], telling bigint[], who bigint[], before bigint, rows integer)
returns setof matters_matter language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    id bigint := least(before - 1, (select coalesce(max(matter_id), -1) from matters_searchkeys));
    level integer := 0;
    shift integer;
    missing integer := rows;
    more integer;
begin
    while id >= 0 and missing > 0 loop
        shift := 11 + 2 * level;
        return query
            select m.*
            from (
                select k.matter_id, true as is_open from matters_searchkeys k
                where matters_stretches(k.matter_id) @> array[(id >> shift << 3) + level]
                  and k.open_keys @> telling and (k.open_keys @> wanted) is true
                  and k.matter_id < before
                union all
                select k.matter_id, false from matters_searchkeys k
                where matters_stretches(k.matter_id) @> array[(id >> shift << 3) + level]
                  and k.closed_keys @> telling and (k.closed_keys @> wanted) is true
                  and k.involved && who and k.matter_id < before and not k.open_keys @> wanted
                order by 1 desc
            ) k
            cross join lateral (
                select m.* from matters_matter m
                where m.id = k.matter_id and (k.is_open or guapeng_involves(m)) limit 1
            ) m
            limit missing;
        get diagnostics more = row_count;
        missing := missing - more;
        id := (id >> shift << shift) - 1;
        while level < 6 and (id + 1) & ((4::bigint << shift) - 1) = 0 loop
            level := level + 1;
            shift := shift + 2;
        end loop;
    end loop;
end $$;
"""
_NO_WALK: Final = """
drop function matters_found(bigint[], bigint[], bigint[], bigint, integer);
drop function matters_stretches(bigint);
"""


def walk_search() -> migrations.RunSQL:
    """Return the operation that teaches the database the walk; the index comes after it."""
    return migrations.RunSQL(_WALK, _NO_WALK)
