"""Patrol places, visits and what they found, and photographs on their way."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from guapeng.apps.grids.field.guards import guard_field


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0002_staffing"),
        ("divisions", "0002_formerly"),
        ("files", "0001_initial"),
        ("people", "0005_sessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="PatrolPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="巡查点")),
                ("looks_for", models.CharField(blank=True, max_length=200, verbose_name="看什么")),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                (
                    "valid",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="巡查时间"),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="divisions.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "巡查点",
            },
        ),
        migrations.CreateModel(
            name="PhotoPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("photo", models.UUIDField()),
                ("start", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "照片片段",
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "how",
                    models.CharField(
                        choices=[("visit", "上门"), ("call", "电话")],
                        max_length=8,
                        verbose_name="方式",
                    ),
                ),
                ("found", models.CharField(blank=True, max_length=500, verbose_name="情况")),
                ("acting_as", models.CharField(max_length=120)),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.household",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="grids.patrolplace",
                    ),
                ),
            ],
            options={
                "verbose_name": "走访巡查",
            },
        ),
        migrations.CreateModel(
            name="VisitPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=210)),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.blob",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="grids.visit",
                    ),
                ),
            ],
            options={
                "verbose_name": "走访照片",
            },
        ),
        migrations.AddConstraint(
            model_name="patrolplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lat__isnull", True), ("lon__isnull", True)),
                    models.Q(("lat__isnull", False), ("lon__isnull", False)),
                    _connector="OR",
                ),
                name="patrol_place_lon_and_lat_together",
            ),
        ),
        migrations.AddIndex(
            model_name="photopart",
            index=models.Index(fields=["at"], name="photo_part_by_time"),
        ),
        migrations.AddConstraint(
            model_name="photopart",
            constraint=models.UniqueConstraint(
                fields=("by", "photo", "start"), name="photo_part_once"
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["household", "-on"], name="visit_by_household"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["place", "-on"], name="visit_by_place"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["on"], name="visit_by_day"),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("household__isnull", True), ("place__isnull", False)),
                    models.Q(("household__isnull", False), ("place__isnull", True)),
                    _connector="OR",
                ),
                name="visit_of_household_or_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitphoto",
            constraint=models.UniqueConstraint(fields=("visit", "blob"), name="visit_photo_once"),
        ),
        guard_field(),
    ]
