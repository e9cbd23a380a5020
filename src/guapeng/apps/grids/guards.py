"""To whom the database shows the ledger's history, care entries and who opened them.

A household's history is for whoever sees the household. Care entries are for the household itself;
a post opens them through ``ledger.care``, which leaves a trace. What a household has shown, those
who oversee see as well (column ``access_log`` of the matrix).
"""

from django.db import migrations

_TABLES = ("grids_ledgerchange", "grids_careentry", "grids_careopening")
_HOMES = """
create function grids_own_homes() returns bigint[] language sql stable as $$
    select coalesce(array_agg(household_id), '{}') from people_householdmember
    where person_id = nullif(current_setting('guapeng.person', true), '')::bigint
      and valid @> current_date
$$;
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
_SEEN = {
    "grids_ledgerchange": (
        "exists (select from people_household home where home.id = household_id)"
    ),
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


def guard_ledger() -> migrations.RunSQL:
    """Return the operation that guards and keeps what the ledger remembers."""
    kept = ("grids_ledgerchange", "grids_careopening")
    return migrations.RunSQL(
        _HOMES
        + "".join(_TABLE.format(table=table, seen=_SEEN[table]) for table in _TABLES)
        + "".join(_KEPT.format(table=table) for table in kept),
        "".join(f"drop trigger {table}_kept on {table};" for table in kept)
        + "".join(_CLOSED.format(table=table) for table in _TABLES)
        + "drop function grids_own_homes(); drop function grids_oversees();",
    )
