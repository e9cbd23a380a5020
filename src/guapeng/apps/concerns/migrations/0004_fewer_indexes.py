"""Indexes that repeat another, or hold nearly nothing but nulls, are gone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("concerns", "0003_reporting"),
        ("matters", "0005_lists"),
    ]

    operations = [
        migrations.AlterField(
            model_name="concern",
            name="same_as",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="duplicates",
                to="concerns.concern",
            ),
        ),
        migrations.AddIndex(
            model_name="concern",
            index=models.Index(
                condition=models.Q(("same_as__isnull", False)),
                fields=["same_as"],
                name="concern_same",
            ),
        ),
    ]
