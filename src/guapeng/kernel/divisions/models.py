"""Divisions: a dated tree with codes, names and outlines."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """Storeys of the tree, as in the statistical codes; the grid is ours."""

    REGION = 1, _("自治区")
    CITY = 2, _("盟市")
    COUNTY = 3, _("旗县")
    TOWNSHIP = 4, _("苏木乡镇街道")
    VILLAGE = 5, _("嘎查村社区")
    GRID = 6, _("网格")


class Division(models.Model):
    """A node of the tree. Jurisdiction is the tree; the code prefix is only an index.

    ``scheme`` names the list that issued the code (two national lists disagree), ``lineage`` is
    the ids from the root down to this node, itself included: a subtree is one index look-up.
    ``outline`` is WKB in ``datum`` (lon, lat in degrees). ``formerly`` is the ids of the rows whose
    only heir this one is, the heirs of heirs included: what was theirs is found under this one.
    """

    scheme = models.CharField(_("编码体系"), max_length=20)
    code = models.CharField(_("代码"), max_length=15)
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level)
    kind = models.CharField(_("类别"), max_length=30, blank=True)
    name = models.CharField(_("名称"), max_length=100)
    name_mongolian = models.CharField(_("蒙古文名称"), max_length=200, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    lineage = ArrayField(models.BigIntegerField(), default=list)
    formerly = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    households = models.PositiveIntegerField(_("户数"), null=True)
    valid = DateRangeField(_("存续时间"))
    outline = models.BinaryField(null=True)
    datum = models.CharField(_("坐标系"), max_length=10, default="CGCS2000")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        verbose_name = _("区划")
        constraints = [
            ExclusionConstraint(
                name="division_code_one_at_a_time",
                expressions=[
                    ("scheme", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="division_lon_and_lat_together",
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__isnull=False, lat__isnull=False),
            ),
        ]
        indexes = [
            GinIndex(fields=["lineage"], name="division_by_lineage"),
            GinIndex(fields=["formerly"], name="division_by_former"),
            models.Index(fields=["parent", "code"], name="division_by_parent"),
            models.Index(fields=["code"], name="division_by_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """What became of a division: renamed, moved, merged, split, or a part of it set up by itself.

    Grids keep their lineage so. A predecessor that has ended and has one successor has been taken
    over whole; any other has kept what was its own.
    """

    predecessor = models.ForeignKey(Division, models.PROTECT, related_name="succeeded_by")
    successor = models.ForeignKey(Division, models.PROTECT, related_name="succeeded")
    on = models.DateField(_("日期"))
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="succession_once_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
