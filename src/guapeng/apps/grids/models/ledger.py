"""The household ledger: what was changed by whom, who needs care by what law, and who looked.

The household itself is the kernel's. All rows here go with it when its time is over.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.people.models import Household, Person


class Source(models.TextChoices):
    """Where a line of the ledger comes from."""

    VISIT = "visit", _("入户走访")
    RESIDENT = "resident", _("住户本人")
    LIST = "list", _("导入名单")
    OTHER = "other", _("其他")


class LedgerChange(models.Model):
    """A change of a household, kept whole: who, when, from where, old and new. Never changed.

    Attributes:
        uid: made by the client; sent again, it is the same change.
        version: which version of the household it made.
        before: the changed fields as they stood, by name; empty for a new household.
        after: what they are since.
        noted_at: when it was written down, which without a signal is before ``at``.
    """

    class What(models.TextChoices):
        """What sort of change."""

        ADDED = "added", _("登记住户")
        CHANGED = "changed", _("更改登记")
        ENDED = "ended", _("住户迁出")
        MEMBER_ADDED = "member_added", _("登记成员")
        MEMBER_ENDED = "member_ended", _("成员迁出")

    uid = models.UUIDField(unique=True)
    household = models.ForeignKey(
        Household, models.CASCADE, db_constraint=False, related_name="changes", db_index=False
    )
    version = models.PositiveIntegerField()
    what = models.CharField(_("变更"), max_length=12, choices=What)
    source = models.CharField(_("来源"), max_length=8, choices=Source)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    acting_as = models.CharField(max_length=120, blank=True)
    title = models.CharField(_("岗位"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"))
    noted_at = models.DateTimeField(_("记录时间"))
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("台账变更")
        constraints = [
            models.UniqueConstraint(fields=["household", "version"], name="ledger_change_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.household_id} v{self.version}"


class CareEntry(models.Model):
    """Somebody in a household is to be looked after, by a law or by their own wish.

    ``group`` is the key of a care group of the dictionary, ``clause`` the law it stood on that
    day. Read only through ``ledger.care.open_care``, which leaves a trace.
    """

    uid = models.UUIDField(unique=True)
    household = models.ForeignKey(
        Household, models.CASCADE, db_constraint=False, related_name="care", db_index=False
    )
    group = models.CharField(_("关爱对象"), max_length=60)
    clause = models.TextField(_("依据"))
    valid = DateRangeField(_("时间"))
    source = models.CharField(_("来源"), max_length=8, choices=Source)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(_("登记时间"))
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("结束登记时间"), null=True)

    class Meta:
        verbose_name = _("关爱登记")
        constraints = [
            ExclusionConstraint(
                name="care_once_at_a_time",
                expressions=[
                    ("household", RangeOperators.EQUAL),
                    ("group", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"care {self.pk}"


class CareOpening(models.Model):
    """Somebody opened the care entries of a household: who, as what, why, which groups.

    The household reads it, and so do the privacy officer and the audit administrator.
    """

    household = models.ForeignKey(
        Household, models.CASCADE, db_constraint=False, related_name="openings", db_index=False
    )
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    acting_as = models.CharField(max_length=120)
    title = models.CharField(_("岗位"), max_length=200)
    at = models.DateTimeField(_("时间"))
    purpose = models.CharField(_("目的"), max_length=200)
    groups = ArrayField(models.CharField(max_length=60))

    class Meta:
        verbose_name = _("关爱登记查看")
        indexes = [models.Index(fields=["household", "-id"], name="care_opening_by_household")]
        constraints = [
            models.CheckConstraint(name="care_opening_says_why", condition=~models.Q(purpose=""))
        ]

    def __str__(self) -> str:
        return f"opening {self.pk}"
