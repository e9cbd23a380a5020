"""Row-level security of field work, beside that of the household ledger (``people.guards``)."""

from django.db import migrations

_GUARD = """
alter table grids_visit add constraint visit_goes_with_household
    foreign key (household_id) references people_household (id) on delete cascade
    deferrable initially deferred;
alter table grids_patrolplace enable row level security;
alter table grids_patrolplace force row level security;
create policy seen on grids_patrolplace for select using (
    (select people_is_trusted())
    or exists (select from divisions_division d
               where d.id = division_id and d.lineage && (select people_ledger_areas())));
create policy kept on grids_patrolplace
    using ((select people_is_trusted())) with check ((select people_is_trusted()));
alter table grids_visit enable row level security;
alter table grids_visit force row level security;
create policy seen on grids_visit for select using (
    (select people_is_trusted())
    or exists (select from people_household h where h.id = household_id)
    or exists (select from grids_patrolplace p where p.id = place_id));
create policy kept on grids_visit
    using ((select people_is_trusted())) with check ((select people_is_trusted()));
alter table grids_visitphoto enable row level security;
alter table grids_visitphoto force row level security;
create policy seen on grids_visitphoto for select using (
    (select people_is_trusted())
    or exists (select from grids_visit v where v.id = visit_id));
create policy kept on grids_visitphoto
    using ((select people_is_trusted())) with check ((select people_is_trusted()));
alter table grids_photopart enable row level security;
alter table grids_photopart force row level security;
create policy kept on grids_photopart
    using ((select people_is_trusted())) with check ((select people_is_trusted()));
"""

_TABLES = ("grids_patrolplace", "grids_visit", "grids_visitphoto", "grids_photopart")
_OPEN = "".join(
    f"drop policy if exists seen on {table}; drop policy kept on {table};"
    f"alter table {table} no force row level security;"
    f"alter table {table} disable row level security;"
    for table in _TABLES
)


def guard_field() -> migrations.RunSQL:
    """Return the operation that shows visits to whoever keeps the ledger, and to the household."""
    return migrations.RunSQL(
        _GUARD, _OPEN + "alter table grids_visit drop constraint visit_goes_with_household;"
    )
