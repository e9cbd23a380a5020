"""One line enters the journal by one round trip: the database chains it (SHA-256 alone)."""

from django.db import migrations

from guapeng.kernel.journal.chain import TEXT_IN_SQL

APPEND = f"""
create function journal_append(
    at timestamptz, event text, subject text, actor bigint,
    acting_as text, says text, data text, digest bytea
) returns bigint language plpgsql as $$
#variable_conflict use_variable
declare
    seq bigint;
    hash bytea;
    algorithm constant text := 'sha256';
begin
    select head.seq + 1, head.hash into seq, hash from journal_head head where head.id = 1 for update;
    hash := sha256(hash || digest || {TEXT_IN_SQL});
    insert into journal_entry
        (seq, at, event, subject, actor, acting_as, says, data, digest, algorithm, hash)
    values (seq, at, event, subject, actor, acting_as, says, data, digest, algorithm, hash);
    update journal_head head set seq = seq, hash = hash where head.id = 1;
    return seq;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_announce")]
    operations = [
        migrations.RunSQL(
            APPEND.replace("%", "%%"),
            "drop function journal_append(timestamptz, text, text, bigint, text, text, text, bytea)",
        ),
    ]
