"""What a tally counts, and the statements that fill measures and tallies from the loop's rows."""

# ruff: noqa: S608  # statements are put together from our own names; values are parameters

from typing import Final

from guapeng.kernel.matters.statistics import classes

# Who lets a date pass: units and posts, never the asker or the clock.
_OFFICIAL = "(t.holder like 'body:%%' or t.holder like 'role:%%')"

MEASURE: Final = f"""
insert into matters_measure (
    matter_id, opened_on, grid_id, village_id, township_id, county_id, workflow, category,
    left_out, is_closed, is_overdue, was_late, contact_is_due, contacted_in_time,
    solved, satisfied, objections, redone, reopened, contact_class, close_class)
select m.id, (m.opened_at at time zone %(zone)s)::date,
       m.grid_id, m.village_id, m.township_id, m.county_id, m.workflow, m.category,
       case when array_position(%(left_out)s::varchar[], m.state) is not null
            then m.state
            when steps.is_taken_over then %(taken_over)s else '' end,
       m.closed_at is not null,
       m.closed_at is null and coalesce(tasks.is_overdue, false),
       coalesce(tasks.was_late, false),
       tasks.asks_contact and (steps.contacted_at is not null or tasks.contact_was_late
                               or m.closed_at is not null),
       tasks.asks_contact and steps.contacted_at is not null and not tasks.contact_was_late,
       case when array_position(%(solved_at)s::varchar[], m.state) is not null then true
            when array_position(%(unsolved_at)s::varchar[], m.state) is not null then false
            else verdict.solved end,
       verdict.satisfied, objections.raised, steps.redone, steps.reopened,
       width_bucket(extract(epoch from steps.contacted_at - m.opened_at)::float8, %(edges)s),
       case when not steps.is_taken_over or m.closed_at < steps.last_at
            then width_bucket(extract(epoch from m.closed_at - m.opened_at)::float8, %(edges)s) end
from matters_matter m
cross join lateral (
    select min(s.at) filter (where s.step = any(%(contact)s)) as contacted_at,
           count(*) filter (where s.step = any(%(redo)s) and s.to_state = any(%(redo_to)s))
               as redone,
           count(*) filter (where s.step = any(%(reopen)s)) as reopened,
           coalesce(max(s.id) = max(s.id) filter (where s.step = %(taken_over)s), false)
               as is_taken_over,
           max(s.at) as last_at
    from matters_steptaken s where s.matter_id = m.id
) steps
cross join lateral (
    select bool_or(t.done_at is null and t.due_at < %(at)s) filter (where {_OFFICIAL})
               as is_overdue,
           bool_or(coalesce(t.done_at, %(at)s) > t.due_at) filter (where {_OFFICIAL}) as was_late,
           coalesce(bool_or(t.steps && %(contact)s::varchar[]), false) as asks_contact,
           coalesce(bool_or(coalesce(t.done_at, %(at)s) > t.due_at) filter (
               where t.steps && %(contact)s::varchar[]
                 and t.opened_at <= coalesce(steps.contacted_at, t.opened_at)), false)
               as contact_was_late
    from matters_task t where t.matter_id = m.id
) tasks
cross join lateral (
    select count(*) as raised from matters_objection o where o.matter_id = m.id
) objections
left join lateral (
    select v.solved, v.satisfied from matters_verdict v
    where v.matter_id = m.id order by v.id desc limit 1
) verdict on true
where m.workflow = %(workflow)s and m.id = any(%(matters)s)
"""

_FACTS: Final = (
    "category", "left_out", "is_closed", "is_overdue", "was_late", "contact_is_due",
    "contacted_in_time", "solved", "satisfied", "objections", "redone", "reopened",
    "contact_class", "close_class",
)  # fmt: skip

UPDATE: Final = f"""
on conflict (matter_id) do update set
    ({", ".join(_FACTS)}) = ({", ".join(f"excluded.{fact}" for fact in _FACTS)})
where ({", ".join(f"matters_measure.{fact}" for fact in _FACTS)})
    is distinct from ({", ".join(f"excluded.{fact}" for fact in _FACTS)})
returning matter_id
"""

COUNTS: Final = {
    "opened": "count(*)",
    "closed": "count(*) filter (where is_closed)",
    "overdue": "count(*) filter (where is_overdue)",
    "late": "count(*) filter (where was_late)",
    "contact_due": "count(*) filter (where contact_is_due)",
    "contacted": "count(*) filter (where contacted_in_time)",
    "asked_solved": "count(solved)",
    "solved": "count(*) filter (where solved)",
    "asked_satisfied": "count(satisfied)",
    "satisfied": "count(*) filter (where satisfied)",
    "unanswered": "count(*) filter (where is_closed and solved is null and left_out = '')",
    "objections": "coalesce(sum(measure.objections), 0)",
    "redone": "coalesce(sum(measure.redone), 0)",
    "reopened": "coalesce(sum(measure.reopened), 0)",
}
"""Every count of a tally, as the sum over measures that it is."""

TIMES: Final = {"contact_times": "contact_class", "close_times": "close_class"}


def _by_class(column: str) -> str:
    counted = (f"count(*) filter (where {column} = {n})" for n in range(classes.COUNT))
    return f"array[{', '.join(counted)}]"


_SUMS = ", ".join(
    [f"{sql} as {name}" for name, sql in COUNTS.items()]
    + [f"{_by_class(column)} as {name}" for name, column in TIMES.items()]
)


def cells(place: str, source: str) -> str:
    """Return the select that counts measures as cells of one day each, in the order of ``CELL``.

    Args:
        place: column or expression that names the place counted for.
        source: what stands after ``from``; its measures must be called ``measure``.
    """
    return f"""select {place} as place_id, measure.opened_on as day, measure.workflow,
        measure.category, measure.left_out, {_SUMS}
        from {source}
        group by {place}, measure.opened_on, measure.workflow, measure.category, measure.left_out"""


def totals() -> str:
    """Return the sums of a set of cells, in the order of ``COUNTS`` and then ``TIMES``."""
    arrays = (
        f"array[{', '.join(f'sum({name}[{n + 1}])' for n in range(classes.COUNT))}]::bigint[]"
        for name in TIMES
    )
    return ", ".join([*(f"sum({name})::bigint" for name in COUNTS), *arrays])


CELL: Final = ("place_id", "day", "workflow", "category", "left_out", *COUNTS, *TIMES)
KEPT_STOREYS: Final = ("county", "township")

_ADDED: Final = f"insert into matters_tally ({', '.join(CELL)}, grain, is_whole) "


def day_cells(place: str, source: str) -> str:
    """Return the insert of the cells of days, counted from measures as in ``cells``."""
    return f"{_ADDED} select cell.*, 'day', false from ({cells(place, source)}) cell"


def wider_cells(source: str = "matters_tally cell", *, grain: str, whole: bool) -> str:
    """Return the insert of what is summed from the cells of days: months, or all together.

    Args:
        source: what stands after ``from``; the cells of days must be called ``cell``.
        grain: ``day`` or ``month``.
        whole: whether all categories and reasons are counted together.
    """
    day = "cell.day" if grain == "day" else "date_trunc('month', cell.day)::date"
    kind = "'', ''" if whole else "category, left_out"
    return f"""{_ADDED} select place_id, {day}, workflow, {kind}, {totals()}, '{grain}', {whole}
        from {source} where cell.grain = 'day' and not cell.is_whole
        group by place_id, {day}, workflow{"" if whole else ", category, left_out"}"""
