"""Row-level security of the calls and the ratings."""

from django.db import migrations

from guapeng.kernel.matters.guards import guard


class Migration(migrations.Migration):
    dependencies = [("whistle", "0001_initial"), ("matters", "0002_guard")]
    operations = [guard("whistle_whistle"), guard("whistle_rating")]
