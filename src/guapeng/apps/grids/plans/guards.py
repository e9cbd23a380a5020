"""What the database shows of surveys and plans: those who draw, review or approve the place's own.

Buildings with their households are not for everybody; who sees them is ``plans.roles.PLANNERS``,
and a test holds the two together. The settings it reads are those of ``people.scope``.
"""

from django.db import migrations

_AREAS = """
create function grids_plan_areas() returns bigint[] language sql stable as $$
    select coalesce(array_agg(split_part(key, '@', 2)::bigint), '{}')
    from unnest(guapeng_keys()) as key
    where key ~ '^role:(village_secretary|township_leader|dispatch_lead)@'
$$;
"""
_OF_PLACE = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy seen on {table} for select using (
    (select guapeng_is_trusted())
    or exists (select from divisions_division d
               where d.id = {table}.division_id and d.lineage && (select grids_plan_areas())));
create policy kept on {table}
    using ((select guapeng_is_trusted())) with check ((select guapeng_is_trusted()));
"""
_OF_PARENT = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy seen on {table} for select using (
    (select guapeng_is_trusted()) or {column} in (select id from {parent}));
create policy kept on {table}
    using ((select guapeng_is_trusted())) with check ((select guapeng_is_trusted()));
"""
_SPECIALS = ("grids_specialarea", "survey_id", "grids_survey")
_OPEN = """
drop policy seen on {table}; drop policy kept on {table};
alter table {table} no force row level security;
alter table {table} disable row level security;
"""
_PLACES = ("grids_survey", "grids_plan")
_PARTS = (
    ("grids_building", "survey_id", "grids_survey"),
    ("grids_compound", "survey_id", "grids_survey"),
    ("grids_barrier", "survey_id", "grids_survey"),
    ("grids_version", "plan_id", "grids_plan"),
)


def guard_plans() -> migrations.RunSQL:
    """Return the operation that shows surveys and plans to those who make and approve them."""
    tables = (*_PLACES, *(table for table, _column, _parent in _PARTS))
    return migrations.RunSQL(
        _AREAS
        + "".join(_OF_PLACE.format(table=table) for table in _PLACES)
        + "".join(
            _OF_PARENT.format(table=table, column=column, parent=parent)
            for table, column, parent in _PARTS
        ),
        "".join(_OPEN.format(table=table) for table in tables)
        + "drop function grids_plan_areas();",
    )


def guard_specials() -> migrations.RunSQL:
    """Return the operation that shows areas of their own to those who see their survey."""
    table, column, parent = _SPECIALS
    return migrations.RunSQL(
        _OF_PARENT.format(table=table, column=column, parent=parent), _OPEN.format(table=table)
    )
