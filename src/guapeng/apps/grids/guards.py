"""To whom the database shows the ledger's history, care entries and who opened them.

A household's history is for those who live there today, and for the posts that read its ledger.
Care entries are for the household itself; a post opens them through ``ledger.care``, which leaves
a trace. Who opened them, those who oversee see as well (column ``access_log`` of the matrix).
"""

from django.conf import settings
from django.db import migrations

_TABLES = ("grids_ledgerchange", "grids_careentry", "grids_careopening")
_OWN_HOMES = """
create function grids_own_homes() returns bigint[] language sql stable as $$
    select coalesce(array_agg(household_id), '{}') from people_householdmember
    where person_id = nullif(current_setting('guapeng.person', true), '')::bigint
      and valid @> (now() at time zone '%s')::date
$$;
"""
_OVERSEES = """
create function grids_oversees() returns boolean language sql stable as $$
    select exists (
        select from unnest(nullif(current_setting('guapeng.keys', true), '')::text[]) as key
        where key like any (array['role:audit\\_admin@%', 'role:privacy\\_officer@%']))
$$;
"""
# Rows go with their household when its time is over; the kernel deletes it by one statement.
_TABLE = """
alter table {table} add constraint {table}_of_household foreign key (household_id)
    references people_household (id) on delete cascade deferrable initially deferred;
alter table {table} enable row level security;
alter table {table} force row level security;
create policy seen on {table} for select using ((select people_is_trusted()) or {seen});
create policy written on {table} for insert with check ((select people_is_trusted()));
create policy changed on {table} for update
    using ((select people_is_trusted())) with check ((select people_is_trusted()));
create policy removed on {table} for delete using ((select people_is_trusted()));
"""
_OWN = "household_id = any ((select grids_own_homes())::bigint[])"
_IN_LEDGER = """exists (
    select from people_household home join divisions_division place on place.id = home.division_id
    where home.id = household_id and place.lineage && (select people_ledger_areas()))"""
_SEEN = {
    "grids_ledgerchange": f"{_OWN} or {_IN_LEDGER}",
    "grids_careentry": _OWN,
    "grids_careopening": f"{_OWN} or (select grids_oversees())",
}
_KEPT = """
create trigger {table}_kept before update on {table} for each row execute function people_keep();
"""
_CLOSED = """
drop policy seen on {table}; drop policy written on {table}; drop policy changed on {table};
drop policy removed on {table};
alter table {table} no force row level security;
alter table {table} disable row level security;
alter table {table} drop constraint {table}_of_household;
"""


# The kernel moves posts with their division by statements of its own.
_COVERED = """
alter table grids_leave add constraint grids_leave_cover foreign key (cover_id)
    references people_post (id) on delete set null deferrable initially deferred;
"""


def free_covers() -> migrations.RunSQL:
    """Return the operation that lets a post go, whoever's leave it covered."""
    return migrations.RunSQL(_COVERED, "alter table grids_leave drop constraint grids_leave_cover;")


def guard_ledger() -> migrations.RunSQL:
    """Return the operation that guards and keeps what the ledger remembers."""
    kept = ("grids_ledgerchange", "grids_careopening")
    return migrations.RunSQL(
        _OWN_HOMES.replace("%s", settings.TIME_ZONE)
        + _OVERSEES
        + "".join(_TABLE.format(table=table, seen=_SEEN[table]) for table in _TABLES)
        + "".join(_KEPT.format(table=table) for table in kept),
        "".join(f"drop trigger {table}_kept on {table};" for table in kept)
        + "".join(_CLOSED.format(table=table) for table in _TABLES)
        + "drop function grids_own_homes(); drop function grids_oversees();",
    )
