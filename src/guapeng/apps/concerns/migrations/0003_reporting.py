"""What reporters leave beside their words, and an index for finding the same thing near by."""

import django.db.models.deletion
from django.db import migrations, models

from guapeng.apps.concerns.guards import guard_secondings
from guapeng.kernel.matters.guards import guard

# Open concerns around a point: a band of latitude, then what lies east and west in it.
_BY_PLACE = """
create index concern_open_by_place on matters_matter (lat, lon)
where workflow = 'concern' and closed_at is null and lat is not null
"""


class Migration(migrations.Migration):
    dependencies = [
        ("concerns", "0002_guard"),
        ("matters", "0002_guard"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="matters.matter",
                    ),
                ),
                ("phone_sealed", models.BinaryField()),
            ],
            options={
                "verbose_name": "联系方式",
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=40)),
                ("by", models.BinaryField(max_length=32)),
                ("since", models.DateTimeField()),
                ("times", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["since"], name="attempt_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("what", "by", "since"), name="attempt_counted_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Seconding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("browser", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matters.matter",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "我也遇到",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("matter", "person"), name="seconding_once_a_person"
                    ),
                    models.UniqueConstraint(
                        fields=("matter", "browser"), name="seconding_once_a_browser"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("browser__isnull", False), ("person__isnull", True)),
                            models.Q(("browser__isnull", True), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="seconding_by_person_or_browser",
                    ),
                ],
            },
        ),
        guard("concerns_contact"),
        guard_secondings(),
        migrations.RunSQL(_BY_PLACE, "drop index concern_open_by_place"),
    ]
