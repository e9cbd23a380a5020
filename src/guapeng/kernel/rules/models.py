"""A rule is a row: what it says, from when, and who says so."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _


class Rule(models.Model):
    """A dated number (limit, threshold, weight, retention) with its source.

    ``value`` is JSON; its shape belongs to the reader of the key, e.g. ``{"limit": "5wd"}``.
    Two rows of one key never overlap in time: the database refuses it.
    """

    class Confidence(models.TextChoices):
        """How sure we are that the number is the one in force."""

        HIGH = "high", _("已核对")
        MEDIUM = "medium", _("待核对")
        LOW = "low", _("未证实")

    key = models.CharField(_("规则"), max_length=100)
    valid = DateRangeField(_("适用时间"))
    value = models.JSONField(_("内容"))
    source = models.TextField(_("依据"))
    confidence = models.CharField(max_length=6, choices=Confidence)
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="rule_one_at_a_time",
                expressions=[
                    ("key", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="rule_confirmed_by_and_at_together",
                condition=models.Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.valid}"


class CalendarDay(models.Model):
    """One day of a State Council holiday notice: rest day, working day or make-up day (调休)."""

    day = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    holiday = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.day}"
