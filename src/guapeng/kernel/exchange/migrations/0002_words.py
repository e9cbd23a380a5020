"""Labels by field, for a list has words of several; and the words that nobody knew."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _by_field(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("Mapping", "Run"):
        for one in apps.get_model("exchange", name).objects.exclude(labels={}):
            one.labels = {"category": one.labels}
            one.save(update_fields=["labels"])


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.RunPython(_by_field, migrations.RunPython.noop),
        migrations.AddField("run", "unknown", models.JSONField(default=dict)),
    ]
