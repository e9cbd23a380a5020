"""Row-level security of the reporters' words."""

from django.db import migrations

from guapeng.kernel.matters.guards import guard


class Migration(migrations.Migration):
    dependencies = [("concerns", "0001_initial"), ("matters", "0002_guard")]
    operations = [guard("concerns_concern")]
