"""Who stands on a grid beside its worker: deputies, leave, hand-overs, the numbers on the sign.

The worker holds a post of the kernel. Nothing here counts what anybody does.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people.models import Person, Post


class Deputy(models.Model):
    """Somebody is ready to stand in for a grid's worker, for a time; opens nothing by itself."""

    grid = models.ForeignKey(Division, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    valid = DateRangeField(_("时间"))

    class Meta:
        verbose_name = _("替岗人")
        constraints = [
            ExclusionConstraint(
                name="deputy_one_at_a_time",
                expressions=[
                    ("grid", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"deputy {self.person_id} of {self.grid_id}"


class Leave(models.Model):
    """A grid's worker is away for some days. Why is nobody's business and has no field.

    ``cover`` is the post that the ``deputy`` holds meanwhile; neither where nobody was found.
    """

    grid = models.ForeignKey(Division, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    valid = DateRangeField(_("时间"))
    deputy = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    cover = models.OneToOneField(
        Post,
        models.SET_NULL,
        null=True,
        db_constraint=False,
        related_name="covers",
        verbose_name=_("替岗"),
    )

    class Meta:
        verbose_name = _("请假")
        constraints = [
            ExclusionConstraint(
                name="leave_once_at_a_time",
                expressions=[
                    ("grid", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="leave_ends", condition=Q(valid__upper_inf=False, valid__lower_inf=False)
            ),
        ]

    def __str__(self) -> str:
        return f"leave of {self.person_id} from {self.grid_id}"


class HandOver(models.Model):
    """One worker hands a grid to the next: both sign that they saw what was open.

    ``matters`` are ids of what waited for the grid's worker when the list was drawn up. It waits
    for whoever holds the post, so nothing has to be moved.
    """

    grid = models.ForeignKey(Division, models.PROTECT, related_name="+")
    giver = models.ForeignKey(Person, models.PROTECT, related_name="+")
    taker = models.ForeignKey(Person, models.PROTECT, related_name="+")
    drawn_up_at = models.DateTimeField(_("列出时间"))
    matters = ArrayField(models.BigIntegerField(), default=list)
    giver_signed_at = models.DateTimeField(_("交出人签收时间"), null=True)
    taker_signed_at = models.DateTimeField(_("接手人签收时间"), null=True)

    class Meta:
        verbose_name = _("交接")
        constraints = [
            models.UniqueConstraint(
                fields=["grid"],
                condition=Q(giver_signed_at=None) | Q(taker_signed_at=None),
                name="hand_over_open_once_a_grid",
            ),
            models.CheckConstraint(
                name="hand_over_between_two", condition=~Q(giver=models.F("taker"))
            ),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.pk}"


class GridContact(models.Model):
    """The telephones on a grid's sign. Empty ones are those of the offices above."""

    grid = models.OneToOneField(Division, models.PROTECT, primary_key=True, related_name="+")
    service_phone = models.CharField(_("服务电话"), max_length=30, blank=True)
    complaint_phone = models.CharField(_("监督电话"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("网格公示电话")

    def __str__(self) -> str:
        return f"contact of {self.grid_id}"
