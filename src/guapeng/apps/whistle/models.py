"""What is special about a whistle: what was tried, the joint plan, and who rated whom."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.matters.models import Case, Matter
from guapeng.kernel.people.models import Body, Person


class Whistle(Case):
    """A call of several units to one place.

    ``again_above`` counts how often the same problem was whistled before, one level up each time.
    """

    problem = models.TextField(_("问题"))
    tried = models.TextField(_("已经试过的办法"))
    plan = models.TextField(_("联合处置方案"), blank=True)
    planned_until = models.DateTimeField(_("商定完成时间"), null=True)
    result = models.TextField(_("应哨结果"), blank=True)
    cause = models.CharField(_("问题原因"), max_length=60, blank=True)
    again_above = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("吹哨")

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Rating(models.Model):
    """What one side says of the other after the result. Feedback to units, never a league table.

    Source: double assessment, Beijing 接诉即办 regulation art. 33.
    """

    class Side(models.TextChoices):
        """Who rates."""

        WHISTLER = "whistler", _("吹哨方")
        UNIT = "unit", _("应哨单位")
        RESIDENT = "resident", _("居民")

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=Side)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    solved = models.BooleanField(_("问题解决了吗"))
    comment = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("吹哨评价")
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "side", "by"], name="rating_once_a_person_and_side"
            ),
            models.CheckConstraint(
                name="rating_of_a_unit_names_it",
                condition=Q(side="unit", body__isnull=False) | ~Q(side="unit"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.side}"


class Service(models.Model):
    """A line of the service list (服务清单): what a unit now offers because a cause kept coming.

    It names the cause of the problem list that it answers; once a cause and place at a time.
    """

    cause = models.CharField(_("问题原因"), max_length=60)
    title = models.CharField(_("服务"), max_length=100)
    how = models.TextField(_("怎样得到"), max_length=500)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("提供单位"))
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    offered_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("服务清单")
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "division"],
                condition=Q(ended_on__isnull=True),
                name="service_once_a_cause_and_place",
            )
        ]

    def __str__(self) -> str:
        return self.title
