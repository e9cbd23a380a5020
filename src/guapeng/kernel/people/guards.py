"""What the database itself keeps of look-ups and consents, and to whom it shows them.

The settings it reads are those of ``people.scope``. Who oversees is in the matrix, column
``access_log``; a test holds the two together.
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
