"""Files of matters, and who sees them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from guapeng.kernel.matters.guards import guard, show_published


def _to(to: str, related_name: str = "+", *, null: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial"), ("matters", "0002_guard")]
    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=210, verbose_name="名称")),
                ("position", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                ("blob", _to("files.blob", null=False)),
                ("by", _to("people.person")),
                ("matter", _to("matters.matter", "attachments", null=False)),
                ("published_by", _to("people.person")),
                ("step_taken", _to("matters.steptaken", "attachments")),
            ],
            options={
                "verbose_name": "附件",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("matter", "blob"), name="attachment_once_a_matter"
                    ),
                    models.CheckConstraint(
                        name="attachment_published_all_or_none",
                        condition=Q(published_by__isnull=True, published_at__isnull=True)
                        | Q(published_by__isnull=False, published_at__isnull=False),
                    ),
                ],
            },
        ),
        guard("matters_attachment"),
        show_published("matters_attachment"),
    ]
