"""Row-level security of requests."""

from django.db import migrations

from guapeng.apps.rights.guards import guard_requests
from guapeng.kernel.matters.guards import guard


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial"), ("matters", "0002_guard")]
    operations = [guard("rights_datarequest"), guard_requests()]
