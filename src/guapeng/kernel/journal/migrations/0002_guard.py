"""The chain begins, and the database refuses to change what stands in it."""

from django.db import migrations

BEGIN = "insert into journal_head (id, seq, hash) values (1, 0, decode(repeat('00', 32), 'hex'))"

REFUSE = """
create function journal_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the journal is append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger journal_entry_kept before update or delete on journal_entry
    for each row execute function journal_refuse();
create trigger journal_entry_not_emptied before truncate on journal_entry
    for each statement execute function journal_refuse();
create trigger journal_head_kept before delete on journal_head
    for each row execute function journal_refuse();
create trigger journal_head_not_emptied before truncate on journal_head
    for each statement execute function journal_refuse();
"""
ALLOW = "drop function journal_refuse() cascade"


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.RunSQL(BEGIN, "delete from journal_head"),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
