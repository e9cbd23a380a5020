"""Contents and their copies."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Blob",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("bytes", models.BigIntegerField(verbose_name="字节数")),
                ("media_type", models.CharField(max_length=100, verbose_name="类型")),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "文件内容",
            },
        ),
        migrations.CreateModel(
            name="Copy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("longest", models.PositiveSmallIntegerField()),
                (
                    "drawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.blob",
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="files.blob",
                    ),
                ),
            ],
            options={
                "verbose_name": "图片副本",
                "constraints": [
                    models.UniqueConstraint(fields=("original", "longest"), name="copy_once_a_size")
                ],
            },
        ),
    ]
