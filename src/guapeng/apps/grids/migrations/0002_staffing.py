"""The ledger of a grid with its history and care entries, guarded; who stands on the grid."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from guapeng.apps.grids.guards import free_covers, guard_ledger


class Migration(migrations.Migration):
    dependencies = [
        ("divisions", "0002_formerly"),
        ("people", "0006_ledger"),
        ("grids", "0001_plans"),
    ]

    operations = [
        migrations.CreateModel(
            name="GridContact",
            fields=[
                (
                    "grid",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="divisions.division",
                    ),
                ),
                (
                    "service_phone",
                    models.CharField(blank=True, max_length=30, verbose_name="服务电话"),
                ),
                (
                    "complaint_phone",
                    models.CharField(blank=True, max_length=30, verbose_name="监督电话"),
                ),
            ],
            options={
                "verbose_name": "网格公示电话",
            },
        ),
        migrations.CreateModel(
            name="CareEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                ("group", models.CharField(max_length=60, verbose_name="关爱对象")),
                ("clause", models.TextField(verbose_name="依据")),
                (
                    "valid",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="时间"),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("visit", "入户走访"),
                            ("resident", "住户本人"),
                            ("list", "导入名单"),
                            ("other", "其他"),
                        ],
                        max_length=8,
                        verbose_name="来源",
                    ),
                ),
                ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束登记时间")),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="care",
                        to="people.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "关爱登记",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("household", "="), ("group", "="), ("valid", "&&")],
                        name="care_once_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CareOpening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("acting_as", models.CharField(max_length=120)),
                ("title", models.CharField(max_length=200, verbose_name="岗位")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("purpose", models.CharField(max_length=200, verbose_name="目的")),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="people.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "关爱登记查看",
                "indexes": [
                    models.Index(fields=["household", "-id"], name="care_opening_by_household")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True),
                        name="care_opening_says_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Deputy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "valid",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="时间"),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="divisions.division",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "替岗人",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("grid", "="), ("valid", "&&")], name="deputy_one_at_a_time"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("drawn_up_at", models.DateTimeField(verbose_name="列出时间")),
                (
                    "matters",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("giver_signed_at", models.DateTimeField(null=True, verbose_name="交出人签收时间")),
                ("taker_signed_at", models.DateTimeField(null=True, verbose_name="接手人签收时间")),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="divisions.division",
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "交接",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("giver_signed_at", None), ("taker_signed_at", None), _connector="OR"
                        ),
                        fields=("grid",),
                        name="hand_over_open_once_a_grid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("giver", models.F("taker")), _negated=True),
                        name="hand_over_between_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Leave",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "valid",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="时间"),
                ),
                (
                    "cover",
                    models.OneToOneField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="covers",
                        to="people.post",
                        verbose_name="替岗",
                    ),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="divisions.division",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "请假",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("grid", "="), ("person", "="), ("valid", "&&")],
                        name="leave_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid__lower_inf", False), ("valid__upper_inf", False)
                        ),
                        name="leave_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                ("version", models.PositiveIntegerField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("added", "登记住户"),
                            ("changed", "更改登记"),
                            ("ended", "住户迁出"),
                            ("member_added", "登记成员"),
                            ("member_ended", "成员迁出"),
                        ],
                        max_length=12,
                        verbose_name="变更",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("visit", "入户走访"),
                            ("resident", "住户本人"),
                            ("list", "导入名单"),
                            ("other", "其他"),
                        ],
                        max_length=8,
                        verbose_name="来源",
                    ),
                ),
                ("acting_as", models.CharField(blank=True, max_length=120)),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="岗位")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("noted_at", models.DateTimeField(verbose_name="记录时间")),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="people.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "台账变更",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("household", "version"), name="ledger_change_in_order"
                    )
                ],
            },
        ),
        guard_ledger(),
        free_covers(),
    ]
