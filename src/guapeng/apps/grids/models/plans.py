"""What a division plan is made of: the surveyed layer, drafts by versions, and their approval."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.matters.models import Case
from guapeng.kernel.people.models import Person


class Survey(models.Model):
    """The buildings of a community as they were imported on a day, and what parts them.

    All shapes are WKB in degrees in ``system``; ``declared`` is the system of each layer as it
    came. A later import is a row of its own: plans keep what they were drawn upon.
    """

    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    name = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("类型"), max_length=20, blank=True)
    outline = models.BinaryField()
    system = models.CharField(_("坐标系"), max_length=10)
    declared = models.JSONField(default=dict)
    source = models.CharField(_("来源"), max_length=200)
    taken_at = models.DateTimeField(_("导入时间"))

    class Meta:
        verbose_name = _("楼栋底图")
        indexes = [models.Index(fields=["division", "-id"], name="survey_of_division")]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Building(models.Model):
    """A building and how many households it holds. It is never divided between grids."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="buildings")
    code = models.CharField(_("楼栋编号"), max_length=60)
    compound = models.CharField(_("小区"), max_length=60, blank=True)
    special = models.CharField(_("专属网格"), max_length=60, blank=True)
    households = models.PositiveIntegerField(_("户数"))
    footprint = models.BinaryField()

    class Meta:
        verbose_name = _("楼栋")
        constraints = [
            models.UniqueConstraint(fields=["survey", "code"], name="building_once_a_survey")
        ]

    def __str__(self) -> str:
        return self.code


class Compound(models.Model):
    """A gated compound, which stays in one grid where it can; its wall where it is known."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="compounds")
    code = models.CharField(_("小区编号"), max_length=60)
    name = models.CharField(_("名称"), max_length=100)
    outline = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("小区")
        constraints = [
            models.UniqueConstraint(fields=["survey", "code"], name="compound_once_a_survey")
        ]

    def __str__(self) -> str:
        return self.name


class Barrier(models.Model):
    """A river, railway or main road; a ``hard`` one is passed at its crossings alone."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="barriers")
    code = models.CharField(max_length=60)
    name = models.CharField(_("名称"), max_length=100, blank=True)
    kind = models.CharField(_("类别"), max_length=30, blank=True)
    hard = models.BooleanField(_("不可穿越"))
    path = models.BinaryField()
    crossings = models.BinaryField()

    class Meta:
        verbose_name = _("阻隔线")
        constraints = [
            models.UniqueConstraint(fields=["survey", "code"], name="barrier_once_a_survey")
        ]

    def __str__(self) -> str:
        return self.name or self.code


class SpecialArea(models.Model):
    """An organ, park, school or hospital that is a grid of its own; its area where it is known."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="specials")
    code = models.CharField(_("编号"), max_length=60)
    name = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("类别"), max_length=30, blank=True)
    outline = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("专属区域")
        constraints = [
            models.UniqueConstraint(fields=["survey", "code"], name="special_once_a_survey")
        ]

    def __str__(self) -> str:
        return self.name


class Plan(models.Model):
    """A draft of the grids of one community. What it says is told by its newest version."""

    uid = models.UUIDField(unique=True)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="plans")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    name = models.CharField(_("名称"), max_length=60)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("网格划分方案")
        indexes = [models.Index(fields=["division", "-id"], name="plan_of_division")]

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """A saved state of a plan. It is never changed: what is edited is saved as the next one.

    ``grids`` is a list of ``{code, name, locked}``, ``assignment`` the grid's code by building,
    ``locked`` the buildings that stay where they are. ``specials`` is a list of ``{code, name,
    special}``: the grids of their own, by the areas of the survey. ``uid`` is made by the client.
    """

    uid = models.UUIDField(unique=True)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(_("名称"), max_length=60, blank=True)
    grids = models.JSONField()
    assignment = models.JSONField()
    locked = models.JSONField(default=list)
    specials = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("方案版本")
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_number_once_a_plan")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}.{self.number}"


class Redivision(Case):
    """A version of a plan on its way to being in force from a day.

    ``waiting`` is what its taking effect left to a person: ``{code, name, words}`` each.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="redivisions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    reason = models.TextField(_("调整理由"))
    effective_on = models.DateField(_("生效日期"))
    waiting = models.JSONField(default=list)

    class Meta:
        verbose_name = _("网格调整")
        indexes = [models.Index(fields=["effective_on"], name="redivision_by_day")]

    def __str__(self) -> str:
        return f"{self.matter_id}"
