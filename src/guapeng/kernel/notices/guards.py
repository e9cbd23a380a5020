"""What the database itself shows of notices: to each person their own, and to the clockwork all.

The settings it reads are those of ``people.scope``.
"""

from django.db import migrations

_MINE = """(current_setting('guapeng.system', true) = 'on'
    or person_id = nullif(current_setting('guapeng.person', true), '')::bigint)"""
_TRUSTED = "current_setting('guapeng.system', true) = 'on'"

_ON = """
alter table {table} enable row level security;
alter table {table} force row level security;
"""
_SHOWN = "create policy seen on {table} for select using {mine};"
_TOLD = """
create policy written on {table} for insert with check ({trusted});
create policy changed on {table} for update using {mine} with check {mine};
create policy removed on {table} for delete using ({trusted});
"""
_OWN = "create policy own on {table} for all using {mine} with check {mine};"
_WAY = "create policy kept on {table} for all using ({trusted}) with check ({trusted});"

_TABLES = {
    "notices_notice": _SHOWN + _TOLD,
    "notices_subscription": _OWN,
    "notices_preference": _OWN,
    "notices_delivery": _WAY,
}

_OPEN = """
drop policy if exists seen on {table}; drop policy if exists written on {table};
drop policy if exists changed on {table}; drop policy if exists removed on {table};
drop policy if exists own on {table}; drop policy if exists kept on {table};
alter table {table} no force row level security;
alter table {table} disable row level security;
"""


def guard_notices() -> migrations.RunSQL:
    """Return the operation that guards all that is told to people, and how."""
    return migrations.RunSQL(
        "".join(
            (_ON + policies).format(table=table, mine=_MINE, trusted=_TRUSTED)
            for table, policies in _TABLES.items()
        ),
        "".join(_OPEN.format(table=table) for table in _TABLES),
    )
