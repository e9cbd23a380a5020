"""Kept statistics, and the keys of the search."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from guapeng.kernel.matters.guards import keep_for_kernel


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0003_attachment"),
    ]

    operations = [
        migrations.CreateModel(
            name="PostingCount",
            fields=[
                ("place_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("village_id", models.BigIntegerField(null=True)),
                ("township_id", models.BigIntegerField(null=True)),
                ("county_id", models.BigIntegerField()),
                ("open", models.PositiveIntegerField()),
                ("closed", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "公开栏计数",
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "place_id",
                        "grain",
                        "is_whole",
                        "day",
                        "workflow",
                        "category",
                        "left_out",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("place_id", models.BigIntegerField()),
                ("grain", models.CharField(choices=[("day", "日"), ("month", "月")], max_length=5)),
                ("is_whole", models.BooleanField()),
                ("day", models.DateField()),
                ("workflow", models.CharField(max_length=40)),
                ("category", models.CharField(max_length=20)),
                ("left_out", models.CharField(max_length=40)),
                ("opened", models.PositiveIntegerField()),
                ("closed", models.PositiveIntegerField()),
                ("overdue", models.PositiveIntegerField()),
                ("late", models.PositiveIntegerField()),
                ("contact_due", models.PositiveIntegerField()),
                ("contacted", models.PositiveIntegerField()),
                ("asked_solved", models.PositiveIntegerField()),
                ("solved", models.PositiveIntegerField()),
                ("asked_satisfied", models.PositiveIntegerField()),
                ("satisfied", models.PositiveIntegerField()),
                ("unanswered", models.PositiveIntegerField()),
                ("objections", models.PositiveIntegerField()),
                ("redone", models.PositiveIntegerField()),
                ("reopened", models.PositiveIntegerField()),
                (
                    "contact_times",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=None
                    ),
                ),
                (
                    "close_times",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "统计汇总",
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "matter",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="matters.matter",
                    ),
                ),
                ("opened_on", models.DateField()),
                ("grid_id", models.BigIntegerField(null=True)),
                ("village_id", models.BigIntegerField(null=True)),
                ("township_id", models.BigIntegerField(null=True)),
                ("county_id", models.BigIntegerField()),
                ("workflow", models.CharField(max_length=40)),
                ("category", models.CharField(max_length=20)),
                ("left_out", models.CharField(max_length=40)),
                ("is_closed", models.BooleanField()),
                ("is_overdue", models.BooleanField()),
                ("was_late", models.BooleanField()),
                ("contact_is_due", models.BooleanField()),
                ("contacted_in_time", models.BooleanField()),
                ("solved", models.BooleanField(null=True)),
                ("satisfied", models.BooleanField(null=True)),
                ("objections", models.PositiveSmallIntegerField()),
                ("redone", models.PositiveSmallIntegerField()),
                ("reopened", models.PositiveSmallIntegerField()),
                ("contact_class", models.PositiveSmallIntegerField(null=True)),
                ("close_class", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "verbose_name": "统计要素",
                "indexes": [
                    models.Index(fields=["grid_id", "opened_on"], name="measure_of_grid"),
                    models.Index(fields=["village_id", "opened_on"], name="measure_of_village"),
                    models.Index(fields=["township_id", "opened_on"], name="measure_of_township"),
                    models.Index(fields=["county_id", "opened_on"], name="measure_of_county"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "matter",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="matters.matter",
                    ),
                ),
                ("place_id", models.BigIntegerField()),
                ("grid_id", models.BigIntegerField(null=True)),
                ("village_id", models.BigIntegerField(null=True)),
                ("township_id", models.BigIntegerField(null=True)),
                ("county_id", models.BigIntegerField()),
                ("workflow", models.CharField(max_length=40)),
                ("category", models.CharField(max_length=20)),
                ("is_closed", models.BooleanField()),
                ("square", models.BigIntegerField(null=True)),
            ],
            options={
                "verbose_name": "公开栏条目",
                "indexes": [
                    models.Index(
                        fields=["township_id", "is_closed", "workflow", "-matter"],
                        name="posting_of_township_by_workflo",
                    ),
                    models.Index(
                        fields=["township_id", "is_closed", "category", "-matter"],
                        name="posting_of_township_by_categor",
                    ),
                    models.Index(
                        fields=["county_id", "is_closed", "workflow", "-matter"],
                        name="posting_of_county_by_workflow",
                    ),
                    models.Index(
                        fields=["county_id", "is_closed", "category", "-matter"],
                        name="posting_of_county_by_category",
                    ),
                    models.Index(
                        fields=["grid_id", "is_closed", "-matter"], name="posting_of_grid"
                    ),
                    models.Index(
                        fields=["village_id", "is_closed", "-matter"], name="posting_of_village"
                    ),
                    models.Index(fields=["square", "is_closed"], name="posting_by_square"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchKeys",
            fields=[
                (
                    "matter",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="matters.matter",
                    ),
                ),
                (
                    "open_keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "closed_keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "检索键",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["open_keys"], name="found_by_open_keys"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["closed_keys"], name="found_by_closed_keys"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TallyHead",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="tally_head_is_one_row"
                    )
                ],
            },
        ),
        keep_for_kernel("matters_measure"),
        keep_for_kernel("matters_tally"),
    ]
