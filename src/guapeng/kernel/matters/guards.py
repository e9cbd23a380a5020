"""Row-level security: what the database itself shows of a matter, and to whom.

A matter's row is open to all when it is public; what was said and given is for those involved:
who raised it, whoever's post covers the place, whoever was or is awaited or has a part in it.
Only the engine writes.
"""

from django.db import migrations

_INVOLVES = """
create function guapeng_is_trusted() returns boolean language sql stable as
    $$ select current_setting('guapeng.system', true) = 'on' $$;
create function guapeng_person() returns bigint language sql stable as
    $$ select nullif(current_setting('guapeng.person', true), '')::bigint $$;
create function guapeng_areas() returns bigint[] language sql stable as
    $$ select coalesce(nullif(current_setting('guapeng.areas', true), ''), '{}')::bigint[] $$;
create function guapeng_keys() returns text[] language sql stable as
    $$ select coalesce(nullif(current_setting('guapeng.keys', true), ''), '{}')::text[] $$;
create function guapeng_involves(m matters_matter) returns boolean language sql stable as $$
    select guapeng_is_trusted()
        or m.raised_by_id = guapeng_person()
        or m.on_behalf_of_id = guapeng_person()
        or array[m.grid_id, m.village_id, m.township_id, m.county_id] && guapeng_areas()
        or 'asker:' || m.uid = any (guapeng_keys())
        or exists (select from matters_task t
                   where t.matter_id = m.id and t.holder = any (guapeng_keys()))
        or exists (select from matters_assignment a
                   where a.matter_id = m.id and 'body:' || a.body_id = any (guapeng_keys()))
$$;
alter table matters_matter enable row level security;
alter table matters_matter force row level security;
create policy seen on matters_matter for select
    using (visibility = 'public' or guapeng_involves(matters_matter));
create policy opened on matters_matter for insert with check (guapeng_is_trusted());
create policy moved on matters_matter for update
    using (visibility = 'public' or guapeng_involves(matters_matter))
    with check (guapeng_is_trusted());
"""

_UNGUARD_MATTERS = """
drop policy seen on matters_matter; drop policy opened on matters_matter;
drop policy moved on matters_matter;
alter table matters_matter no force row level security;
alter table matters_matter disable row level security;
drop function guapeng_involves(matters_matter); drop function guapeng_keys();
drop function guapeng_areas(); drop function guapeng_person(); drop function guapeng_is_trusted();
"""

_GUARD = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy seen on {table} for select using (
    exists (select from matters_matter m where m.id = {table}.matter_id and guapeng_involves(m)));
create policy written on {table} for insert with check (guapeng_is_trusted());
create policy changed on {table} for update
    using (guapeng_is_trusted()) with check (guapeng_is_trusted());
"""

_UNGUARD = """
drop policy seen on {table}; drop policy written on {table}; drop policy changed on {table};
alter table {table} no force row level security;
alter table {table} disable row level security;
"""


def guard_matters() -> migrations.RunSQL:
    """Return the operation that guards the matters themselves."""
    return migrations.RunSQL(_INVOLVES, _UNGUARD_MATTERS)


def guard(table: str) -> migrations.RunSQL:
    """Return the operation that guards a table whose ``matter_id`` says whose it is.

    Every app calls it for its case table and whatever else holds people's words.
    """
    return migrations.RunSQL(_GUARD.format(table=table), _UNGUARD.format(table=table))


_KEEP = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy kept on {table}
    using ((select guapeng_is_trusted())) with check ((select guapeng_is_trusted()));
"""

_UNKEEP = """
drop policy kept on {table};
alter table {table} no force row level security;
alter table {table} disable row level security;
"""


def keep_for_kernel(table: str) -> migrations.RunSQL:
    """Return the operation that shows a table to the kernel's own code alone."""
    return migrations.RunSQL(_KEEP.format(table=table), _UNKEEP.format(table=table))


_SHOW = """
create policy shown on {table} for select using (published_at is not null and exists (
    select from matters_matter m where m.id = {table}.matter_id and m.visibility = 'public'));
"""


def show_published(table: str) -> migrations.RunSQL:
    """Return the operation that shows everybody what was published of public matters."""
    return migrations.RunSQL(_SHOW.format(table=table), f"drop policy shown on {table}")
