"""The database shows everybody their own notices only."""

from django.db import migrations

from guapeng.kernel.notices.guards import guard_notices


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [guard_notices()]
