"""What is special about a concern: the words, the category, and whose job the category is."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.matters.models import Case, Urgency
from guapeng.kernel.people.models import Body


class Category(models.Model):
    """A line of the instance's own two-level table of events, five digits."""

    code = models.CharField(_("代码"), max_length=5, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    urgency = models.PositiveSmallIntegerField(_("紧急程度"), choices=Urgency)
    allows_anonymous = models.BooleanField(_("可匿名"), default=True)
    is_petition = models.BooleanField(_("属信访事项"), default=False)
    is_public = models.BooleanField(_("进公开栏"), default=True)

    class Meta:
        verbose_name = _("事项类别")

    def __str__(self) -> str:
        return self.name


class CatalogueLine(models.Model):
    """A line of the dispatch catalogue (派单目录): who leads and who may help, from when.

    A changed line ends and a new one begins, so that the history of routing stays readable.
    """

    category = models.ForeignKey(Category, models.PROTECT, related_name="lines")
    lead = models.ForeignKey(Body, models.PROTECT, related_name="+")
    assisting = models.ManyToManyField(Body, related_name="+")
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    valid = DateRangeField(_("适用时间"))

    class Meta:
        verbose_name = _("派单目录")
        constraints = [
            ExclusionConstraint(
                name="catalogue_one_lead_at_a_time",
                expressions=[
                    ("category", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.category_id} → {self.lead_id}"


class Concern(Case):
    """A reported concern: the reporter's own words, and what is learnt of them later."""

    text = models.TextField(_("内容"), blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    cause = models.CharField(_("原因"), max_length=100, blank=True)
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="duplicates")

    class Meta:
        verbose_name = _("诉求")

    def __str__(self) -> str:
        return f"{self.matter_id}"
