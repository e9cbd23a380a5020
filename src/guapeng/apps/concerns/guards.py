"""Row-level security of what reporters leave beside their words."""

from django.db import migrations

_GUARD = """
alter table concerns_seconding enable row level security;
alter table concerns_seconding force row level security;
create policy seen on concerns_seconding for select
    using (guapeng_is_trusted() or person_id = guapeng_person());
create policy written on concerns_seconding for insert with check (guapeng_is_trusted());
create policy changed on concerns_seconding for update
    using (guapeng_is_trusted()) with check (guapeng_is_trusted());
"""

_UNGUARD = """
drop policy seen on concerns_seconding; drop policy written on concerns_seconding;
drop policy changed on concerns_seconding;
alter table concerns_seconding no force row level security;
alter table concerns_seconding disable row level security;
"""


def guard_secondings() -> migrations.RunSQL:
    """Return the operation that shows a seconding to its own person alone; all see the count."""
    return migrations.RunSQL(_GUARD, _UNGUARD)
