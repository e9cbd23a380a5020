"""The household ledger: guarded, and counted by the database itself."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from guapeng.kernel.people.guards import count_households, guard_households


class Migration(migrations.Migration):
    dependencies = [
        ("divisions", "0002_formerly"),
        ("people", "0003_accounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="HouseholdCount",
            fields=[
                (
                    "place",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="divisions.division",
                    ),
                ),
                ("households", models.PositiveIntegerField()),
                ("herding", models.PositiveIntegerField()),
                ("people", models.PositiveIntegerField()),
                ("untold", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "户数汇总",
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                ("address", models.CharField(max_length=200, verbose_name="住址")),
                (
                    "kind",
                    models.CharField(
                        choices=[("ordinary", "普通户"), ("herding_household", "牧户")],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("members", models.PositiveSmallIntegerField(null=True, verbose_name="人数")),
                (
                    "valid",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="居住时间"),
                ),
                (
                    "division",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="divisions.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "户",
            },
        ),
        migrations.CreateModel(
            name="HouseholdMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "valid",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="居住时间"),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="people.household",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="households",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "住户成员",
            },
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(fields=["division", "address", "id"], name="household_by_address"),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(
                condition=models.Q(("valid__upper_inf", False)),
                fields=["valid"],
                name="household_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(("address", ""), _negated=True), name="household_has_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(("members", None), ("members__gte", 1), _connector="OR"),
                name="household_is_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdmember",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("person", "="), ("household", "="), ("valid", "&&")],
                name="member_once_at_a_time",
            ),
        ),
        guard_households(),
        count_households(),
    ]
