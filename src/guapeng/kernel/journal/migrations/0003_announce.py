"""Whoever carries the journal to its listeners is woken when a line is there."""

from django.db import migrations

ANNOUNCE = """
create function journal_announce() returns trigger language plpgsql as $$
begin
    perform pg_notify('guapeng_journal', '');
    return null;
end $$;
create trigger journal_entry_announced after insert on journal_entry
    for each statement execute function journal_announce();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_guard")]
    operations = [
        migrations.RunSQL(ANNOUNCE, "drop function journal_announce() cascade"),
    ]
