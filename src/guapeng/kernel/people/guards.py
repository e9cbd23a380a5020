"""What the database itself keeps of look-ups, consents and households, and to whom it shows them.

The settings it reads are those of ``people.scope``. Who oversees is in the matrix, column
``access_log``, and who sees households in column ``household_ledger``; tests hold them together.
"""

from django.db import migrations

_SEEN = """
create function people_shows(whose bigint) returns boolean language sql stable as $$
    select current_setting('guapeng.system', true) = 'on'
        or whose = nullif(current_setting('guapeng.person', true), '')::bigint
        or exists (
            select from unnest(nullif(current_setting('guapeng.keys', true), '')::text[]) as key
            where key like any (array['role:audit\\_admin@%', 'role:privacy\\_officer@%']))
$$;
"""

_GUARD = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy seen on {table} for select using (people_shows(person_id));
create policy written on {table} for insert
    with check (current_setting('guapeng.system', true) = 'on');
create policy changed on {table} for update using (people_shows(person_id))
    with check (current_setting('guapeng.system', true) = 'on');
create policy removed on {table} for delete using (people_shows(person_id));
create trigger {table}_not_emptied before truncate on {table}
    for each statement execute function people_keep();
"""

_KEPT = """
create function people_keep() returns trigger language plpgsql as $$
begin
    raise exception '% is kept: % refused', tg_table_name, tg_op
        using errcode = 'restrict_violation';
end $$;
create function people_only_withdrawn() returns trigger language plpgsql as $$
declare
    wanted people_consent := old;
begin
    wanted.withdrawn_at := new.withdrawn_at;
    if old.withdrawn_at is not null or new is distinct from wanted then
        raise exception 'people_consent can only be withdrawn' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger people_lookup_kept before update or delete on people_lookup
    for each row execute function people_keep();
create trigger people_consent_kept before delete on people_consent
    for each row execute function people_keep();
create trigger people_consent_withdrawn before update on people_consent
    for each row execute function people_only_withdrawn();
"""

_OPEN = """
drop policy seen on {table}; drop policy written on {table}; drop policy changed on {table};
drop policy removed on {table};
alter table {table} no force row level security;
alter table {table} disable row level security;
"""

_TABLES = ("people_lookup", "people_consent")


def guard_looking() -> migrations.RunSQL:
    """Return the operation that keeps and guards who looked and who consented."""
    return migrations.RunSQL(
        _SEEN + _KEPT + "".join(_GUARD.format(table=table) for table in _TABLES),
        "".join(_OPEN.format(table=table) for table in _TABLES)
        + "drop function people_shows(bigint); drop function people_keep() cascade;"
        + "drop function people_only_withdrawn() cascade;",
    )


# The posts that see the households of their place, as the matrix has them.
_LEDGER = """
create function people_is_trusted() returns boolean language sql stable as
    $$ select current_setting('guapeng.system', true) = 'on' $$;
create function people_ledger_areas() returns bigint[] language sql stable as $$
    select coalesce(array_agg(split_part(key, '@', 2)::bigint), '{}')
    from unnest(nullif(current_setting('guapeng.keys', true), '')::text[]) as key
    where key ~ '^role:(grid_worker|grid_leader|village_secretary)@'
$$;
create function people_own_households() returns bigint[] language sql stable as $$
    select coalesce(array_agg(household_id), '{}') from people_householdmember
    where person_id = nullif(current_setting('guapeng.person', true), '')::bigint
$$;
alter table people_household enable row level security;
alter table people_household force row level security;
create policy seen on people_household for select using (
    (select people_is_trusted())
    or id = any ((select people_own_households())::bigint[])
    or exists (select from divisions_division d
               where d.id = division_id and d.lineage && (select people_ledger_areas())));
create policy written on people_household for insert with check ((select people_is_trusted()));
create policy changed on people_household for update
    using ((select people_is_trusted())) with check ((select people_is_trusted()));
create policy removed on people_household for delete using ((select people_is_trusted()));
alter table people_householdmember enable row level security;
alter table people_householdmember force row level security;
create policy seen on people_householdmember for select using (
    (select people_is_trusted())
    or person_id = nullif(current_setting('guapeng.person', true), '')::bigint);
create policy kept on people_householdmember
    using ((select people_is_trusted())) with check ((select people_is_trusted()));
alter table people_householdcount enable row level security;
alter table people_householdcount force row level security;
create policy kept on people_householdcount
    using ((select people_is_trusted())) with check ((select people_is_trusted()));
"""

_OPEN_LEDGER = """
drop policy seen on people_household; drop policy written on people_household;
drop policy changed on people_household; drop policy removed on people_household;
drop policy seen on people_householdmember; drop policy kept on people_householdmember;
drop policy kept on people_householdcount;
alter table people_household no force row level security;
alter table people_household disable row level security;
alter table people_householdmember no force row level security;
alter table people_householdmember disable row level security;
alter table people_householdcount no force row level security;
alter table people_householdcount disable row level security;
drop function people_own_households(); drop function people_ledger_areas();
drop function people_is_trusted();
"""


def guard_households() -> migrations.RunSQL:
    """Return the operation that shows households to whose ledger they are in, and to themselves."""
    return migrations.RunSQL(_LEDGER, _OPEN_LEDGER)


# Rows are locked in one order, lest two writers wait for each other.
_COUNTED = """
create function people_count_households_{when}() returns trigger language plpgsql as $$
begin
    insert into people_householdcount (place_id, households, herding, people, untold)
    select distinct division_id, 0, 0, 0, 0 from ({rows}) changed on conflict do nothing;
    perform from people_householdcount
    where place_id in (select division_id from ({rows}) changed) order by place_id for update;
    update people_householdcount kept set
        households = kept.households + by_place.households,
        herding = kept.herding + by_place.herding,
        people = kept.people + by_place.people,
        untold = kept.untold + by_place.untold
    from (
        select division_id, sum(sign) as households,
               coalesce(sum(sign) filter (where kind = 'herding_household'), 0) as herding,
               sum(sign * coalesce(members, 0)) as people,
               coalesce(sum(sign) filter (where members is null), 0) as untold
        from ({rows}) changed where upper_inf(valid) group by division_id
    ) by_place
    where kept.place_id = by_place.division_id;
    return null;
end $$;
create trigger people_household_counted_{when} after {when} on people_household
    referencing {tables}
    for each statement execute function people_count_households_{when}();
"""
_ROWS = "select division_id, kind, members, valid, {sign} as sign from {table}"
_BEGUN = _ROWS.format(sign=1, table="begun")
_GONE = _ROWS.format(sign=-1, table="gone")
_CHANGES = {
    "insert": (_BEGUN, "new table as begun"),
    "delete": (_GONE, "old table as gone"),
    "update": (f"{_BEGUN} union all {_GONE}", "old table as gone new table as begun"),
}


def count_households() -> migrations.RunSQL:
    """Return the operation that lets the database keep the number of households of every place."""
    return migrations.RunSQL(
        "".join(
            _COUNTED.format(when=when, rows=rows, tables=tables)
            for when, (rows, tables) in _CHANGES.items()
        ),
        "".join(f"drop function people_count_households_{when}() cascade;" for when in _CHANGES),
    )
