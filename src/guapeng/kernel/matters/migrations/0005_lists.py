"""Counts of the map's squares, and a search that stops when a page is full."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from guapeng.kernel.matters.search_walk import walk_search

# Whatever is kept is worked out anew by the next turns of the clock.
_READ_AGAIN = migrations.RunSQL("update matters_tallyhead set seq = 0", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0004_tallies"),
    ]

    operations = [
        walk_search(),
        migrations.CreateModel(
            name="SquareCount",
            fields=[
                ("square", models.BigIntegerField(primary_key=True, serialize=False)),
                ("open", models.PositiveIntegerField()),
                ("closed", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "公开栏方格计数",
            },
        ),
        migrations.RemoveIndex(
            model_name="posting",
            name="posting_of_grid",
        ),
        migrations.RemoveIndex(
            model_name="posting",
            name="posting_by_square",
        ),
        migrations.RemoveIndex(
            model_name="searchkeys",
            name="found_by_open_keys",
        ),
        migrations.RemoveIndex(
            model_name="searchkeys",
            name="found_by_closed_keys",
        ),
        migrations.AddField(
            model_name="searchkeys",
            name="involved",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                fields=["place_id", "is_closed", "-matter"], name="posting_of_place"
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["square", "is_closed", "-matter"], name="posting_of_square"),
        ),
        migrations.AddIndex(
            model_name="searchkeys",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func("matter_id", function="matters_stretches"),
                models.F("open_keys"),
                models.F("closed_keys"),
                models.F("involved"),
                name="matter_found_by",
            ),
        ),
        _READ_AGAIN,
    ]
