"""What a division took over whole, by id: the rows of its past are found under it."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("divisions", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="division",
            name="formerly",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="division",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["formerly"], name="division_by_former"
            ),
        ),
    ]
