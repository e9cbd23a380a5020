"""The counter of numbers, and row-level security of the loop's tables."""

from django.db import migrations

from guapeng.kernel.matters.guards import guard, guard_matters


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial")]
    operations = [
        migrations.RunSQL("create sequence matters_serial", "drop sequence matters_serial"),
        guard_matters(),
        guard("matters_steptaken"),
        guard("matters_objection"),
        guard("matters_extension"),
        guard("matters_verdict"),
    ]
