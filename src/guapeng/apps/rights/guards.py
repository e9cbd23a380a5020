"""Row-level security of requests: not even the posts of the area see who asked for what.

A restrictive policy on the matters' own rows, so that everything that hangs on a matter (steps,
verdicts, the case) is hidden with it.
"""

from django.db import migrations

_PRIVATE = """
create function rights_shows(m matters_matter) returns boolean language sql stable as $$
    select guapeng_is_trusted()
        or m.raised_by_id = guapeng_person()
        or m.on_behalf_of_id = guapeng_person()
        or exists (select from matters_task t
                   where t.matter_id = m.id and t.holder = any (guapeng_keys()))
$$;
create policy requests_private on matters_matter as restrictive for select
    using (workflow <> 'rights' or rights_shows(matters_matter));
"""

_OPEN = """
drop policy requests_private on matters_matter;
drop function rights_shows(matters_matter);
"""


def guard_requests() -> migrations.RunSQL:
    """Return the operation that hides requests from everybody who is no party to them."""
    return migrations.RunSQL(_PRIVATE, _OPEN)
