"""What is special about a concern: the words, the category, and whose job the category is."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.matters.models import Case, Matter, Urgency
from guapeng.kernel.people.models import Body, Person


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
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="duplicates", db_index=False
    )

    class Meta:
        verbose_name = _("诉求")
        indexes = [
            models.Index(
                fields=["same_as"],
                name="concern_same",
                condition=models.Q(same_as__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"

    @property
    def left_a_phone(self) -> bool:
        """Tell whether the reporter, without an account, left a number to call back."""
        return Contact.objects.filter(pk=self.pk).exists()


class Contact(models.Model):
    """A way to call back whoever reports without an account. Sealed; nobody is found by it."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="+")
    phone_sealed = models.BinaryField()

    class Meta:
        verbose_name = _("联系方式")

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Seconding(models.Model):
    """Somebody has the same trouble (我也遇到): counted once a person, or once a browser.

    Taken back, the row stays with its moment, so that a second thought is counted once too.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    browser = models.UUIDField(null=True)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("我也遇到")
        constraints = [
            models.UniqueConstraint(fields=["matter", "person"], name="seconding_once_a_person"),
            models.UniqueConstraint(fields=["matter", "browser"], name="seconding_once_a_browser"),
            models.CheckConstraint(
                name="seconding_by_person_or_browser",
                condition=Q(person__isnull=True, browser__isnull=False)
                | Q(person__isnull=False, browser__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Attempt(models.Model):
    """How often somebody tried something within a span; ``by`` is a keyed hash of the day."""

    what = models.CharField(max_length=40)
    by = models.BinaryField(max_length=32)
    since = models.DateTimeField()
    times = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["what", "by", "since"], name="attempt_counted_once")
        ]
        indexes = [models.Index(fields=["since"], name="attempt_by_time")]

    def __str__(self) -> str:
        return f"{self.what} {self.times}"
