"""The rows of the loop. State and journal are written by the engine alone."""

import datetime as dt
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.files.models import Blob
from guapeng.kernel.people.models import Body, Person


class Urgency(models.IntegerChoices):
    """Levels of an event: how soon somebody must act."""

    DANGER = 1, _("危及生命")
    OUTAGE = 2, _("水电气热中断")
    ORDINARY = 3, _("一般")
    ADVICE = 4, _("建议")


class Channel(models.TextChoices):
    """How a matter came in. All channels are equal."""

    APP = "app", _("手机或网页")
    GRID = "grid", _("网格员")
    COUNTER = "counter", _("窗口")
    PHONE = "phone", _("电话")
    PAPER = "paper", _("纸质")
    IMPORT = "import", _("导入")
    SYSTEM = "system", _("系统")


class Visibility(models.TextChoices):
    """Who may know that a matter exists. What was said is never public by itself."""

    PUBLIC = "public", _("公开")
    INVOLVED = "involved", _("仅相关方")


class Matter(models.Model):
    """Anything that people bring to the county, on its way round the loop.

    ``title``, ``place`` and ``outcome`` (what came of it, in words for the public) are safe to show
    to anybody; the reporter's own words live in the app's case row. The ids of grid, village,
    township and county repeat the division's lineage, because lists of an area in order of time
    need one index per storey.
    """

    uid = models.UUIDField(unique=True)
    number = models.CharField(_("编号"), max_length=30, unique=True)
    workflow = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(_("状态"), max_length=40)
    title = models.CharField(_("标题"), max_length=200)
    category = models.CharField(_("类别"), max_length=20, blank=True)
    urgency = models.PositiveSmallIntegerField(_("紧急程度"), choices=Urgency)
    channel = models.CharField(_("来源"), max_length=8, choices=Channel)
    visibility = models.CharField(max_length=8, choices=Visibility)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    grid_id = models.BigIntegerField(null=True)
    village_id = models.BigIntegerField(null=True)
    township_id = models.BigIntegerField(null=True)
    county_id = models.BigIntegerField()
    place = models.CharField(_("地点"), max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    raised_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    on_behalf_of = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", db_index=False
    )
    outcome = models.CharField(_("办理结果摘要"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("期限"), null=True)
    due_is_provisional = models.BooleanField(default=False)
    opened_at = models.DateTimeField(_("提出时间"))
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("事项")
        constraints = [
            models.CheckConstraint(
                name="matter_lon_and_lat_together",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False),
            ),
        ]
        indexes = [
            *(
                models.Index(fields=[f"{storey}_id", "-id"], name=f"matter_of_{storey}")
                for storey in ("grid", "village", "township")
            ),
            *(
                models.Index(
                    fields=[f"{storey}_id", "-id"],
                    name=f"matter_open_of_{storey}",
                    condition=Q(closed_at__isnull=True),
                )
                for storey in ("grid", "village", "township", "county")
            ),
            models.Index(
                fields=["raised_by", "-id"],
                name="matter_of_raiser",
                condition=Q(raised_by__isnull=False),
            ),
            *(
                models.Index(fields=[rare], name=name, condition=Q((f"{rare}__isnull", False)))
                for rare, name in (("on_behalf_of", "matter_for"), ("parent", "matter_below"))
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Tell whether somebody is still awaited."""
        return self.closed_at is None

    @cached_property
    def parts(self) -> list["Assignment"]:
        """The parts that units have now, read once; the engine reads them anew after a verb."""
        return list(self.assignments.filter(withdrawn_at__isnull=True).order_by("-is_lead", "id"))

    @cached_property
    def last_taken(self) -> dict[str, dt.datetime]:
        """When each step was taken last, read once."""
        return dict(self.steps_taken.order_by("id").values_list("step", "at"))


class Case(models.Model):
    """What is special about one kind of matter: an app's own fields, one-to-one beside it."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="+")
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True


class Assignment(models.Model):
    """A unit's part in a matter: leading or assisting, what it is to do, and until when."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="assignments")
    body = models.ForeignKey(Body, models.PROTECT, related_name="assignments")
    is_lead = models.BooleanField()
    part = models.CharField(_("分工"), max_length=200, blank=True)
    assigned_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    reported_in_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("承办单位")
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "body"],
                condition=Q(withdrawn_at__isnull=True),
                name="assignment_once_a_unit",
            ),
            models.UniqueConstraint(
                fields=["matter"],
                condition=Q(withdrawn_at__isnull=True, is_lead=True),
                name="assignment_one_lead",
            ),
        ]
        indexes = [models.Index(fields=["body", "-matter"], name="assignment_of_body")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.body_id}"


class Task(models.Model):
    """Who is awaited now, for which steps, until when. Several may be open at once.

    ``holder`` names who: ``person:7``, ``body:12`` or ``role:dispatcher@3``; an actor's inbox is
    the open tasks of the actor's keys.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="tasks", db_index=False)
    holder = models.CharField(max_length=80)
    steps = ArrayField(models.CharField(max_length=40))
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    due_is_provisional = models.BooleanField(default=False)
    escalations = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("待办")
        indexes = [
            models.Index(
                fields=["holder", "due_at", "id"],
                name="task_inbox",
                condition=Q(done_at__isnull=True),
            ),
            models.Index(
                fields=["holder", "due_at", "id"],
                name="task_urgent",
                condition=Q(done_at__isnull=True, urgency__lte=Urgency.OUTAGE),
            ),
            models.Index(fields=["due_at"], name="task_overdue", condition=Q(done_at__isnull=True)),
            models.Index(fields=["matter", "holder"], name="task_of_matter"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.holder}"


class StepTaken(models.Model):
    """The fact that a step was taken, and what was given with it (which retention may empty)."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="steps_taken", db_index=False)
    uid = models.UUIDField(unique=True)
    step = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    acting_as = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    says = models.TextField(blank=True)
    given = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("办理记录")
        indexes = [models.Index(fields=["matter", "id"], name="step_of_matter")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.step}"


class Objection(models.Model):
    """A unit says a matter is not its job; an arbiter rules, and after a ruling there is no return.

    Source of the manner: Weifang hotline regulation art. 22.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="objections")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    reason = models.CharField(_("理由类别"), max_length=30)
    explanation = models.TextField(_("说明"), blank=True)
    raised_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    upheld = models.BooleanField(null=True)
    ruling = models.TextField(_("裁定理由"), blank=True)
    ruled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("退单异议")
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "body"],
                condition=Q(ruled_at__isnull=True),
                name="objection_one_open_a_unit",
            ),
            models.CheckConstraint(
                name="objection_ruled_all_or_none",
                condition=Q(upheld__isnull=True, ruled_by__isnull=True, ruled_at__isnull=True)
                | Q(upheld__isnull=False, ruled_by__isnull=False, ruled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.body_id}"


class Extension(models.Model):
    """The one extension of a matter's date, with the reason that the resident reads."""

    matter = models.OneToOneField(Matter, models.PROTECT, related_name="extension")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.TextField(_("延期理由"))
    until = models.DateTimeField(_("延至"))
    granted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("延期")
        constraints = [
            models.CheckConstraint(
                name="extension_decided_all_or_none",
                condition=Q(granted__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(granted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Verdict(models.Model):
    """What the asker says of the result, in three separate answers. A later one adds, never edits.

    None means: not asked or not answered. ``by`` is empty for an anonymous asker.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="verdicts")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reached = models.BooleanField(_("联系到我了吗"), null=True)
    solved = models.BooleanField(_("问题解决了吗"), null=True)
    satisfied = models.BooleanField(_("您满意吗"), null=True)
    comment = models.TextField(_("补充"), blank=True)

    class Meta:
        verbose_name = _("评价")
        indexes = [models.Index(fields=["matter", "-id"], name="verdict_of_matter")]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class SerialDay(models.Model):
    """Where a day's serial numbers begin on the instance's one counter (see ``numbering``)."""

    day = models.DateField(primary_key=True)
    base = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day}"


class Measure(models.Model):
    """What the statistics know of one matter: days, classes of time and plain facts, no words.

    Worked out again from the rows of the loop whenever something happens to the matter
    (``statistics.folding``). ``left_out`` is the final state that keeps a matter out of the rates;
    ``contact_class`` and ``close_class`` are places in ``statistics.classes``. There is no foreign
    key in the database: checking one would lock the matters, and the engine would wait.
    """

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    opened_on = models.DateField()
    grid_id = models.BigIntegerField(null=True)
    village_id = models.BigIntegerField(null=True)
    township_id = models.BigIntegerField(null=True)
    county_id = models.BigIntegerField()
    workflow = models.CharField(max_length=40)
    category = models.CharField(max_length=20)
    left_out = models.CharField(max_length=40)
    is_closed = models.BooleanField()
    is_overdue = models.BooleanField()
    was_late = models.BooleanField()
    contact_is_due = models.BooleanField()
    contacted_in_time = models.BooleanField()
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    objections = models.PositiveSmallIntegerField()
    redone = models.PositiveSmallIntegerField()
    reopened = models.PositiveSmallIntegerField()
    contact_class = models.PositiveSmallIntegerField(null=True)
    close_class = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("统计要素")
        indexes = [
            models.Index(fields=[f"{storey}_id", "opened_on"], name=f"measure_of_{storey}")
            for storey in ("grid", "village", "township", "county")
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Tally(models.Model):
    """Kept counts of the matters opened on one day, or in one month, in a township or county.

    ``day`` is the month's first for a month. ``is_whole`` counts all categories together, with
    those that the rates leave out. ``contact_times`` and ``close_times`` count by the classes of
    ``statistics.classes``.
    """

    class Grain(models.TextChoices):
        """How long a time is counted together."""

        DAY = "day", _("日")
        MONTH = "month", _("月")

    pk = models.CompositePrimaryKey(
        "place_id", "grain", "is_whole", "day", "workflow", "category", "left_out"
    )
    place_id = models.BigIntegerField()
    grain = models.CharField(max_length=5, choices=Grain)
    is_whole = models.BooleanField()
    day = models.DateField()
    workflow = models.CharField(max_length=40)
    category = models.CharField(max_length=20)
    left_out = models.CharField(max_length=40)
    opened = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    contact_due = models.PositiveIntegerField()
    contacted = models.PositiveIntegerField()
    asked_solved = models.PositiveIntegerField()
    solved = models.PositiveIntegerField()
    asked_satisfied = models.PositiveIntegerField()
    satisfied = models.PositiveIntegerField()
    unanswered = models.PositiveIntegerField()
    objections = models.PositiveIntegerField()
    redone = models.PositiveIntegerField()
    reopened = models.PositiveIntegerField()
    contact_times = ArrayField(models.PositiveIntegerField())
    close_times = ArrayField(models.PositiveIntegerField())

    class Meta:
        verbose_name = _("统计汇总")

    def __str__(self) -> str:
        return f"{self.place_id} {self.day}"


class TallyHead(models.Model):
    """How far the statistics have read the journal, and as of when they are: one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="tally_head_is_one_row", condition=models.Q(id=1))
        ]

    def __str__(self) -> str:
        return f"{self.seq}"


class SearchKeys(models.Model):
    """By which pairs of characters a matter is found, as keyed hashes that tell a reader nothing.

    ``open_keys`` come from what anybody may read, ``closed_keys`` from the words of those involved,
    ``involved`` from whom it involves (``search_keys``): that makes looking short, but the matter's
    own row decides who finds it. One index holds all of it, with the stretches of ids in which the
    matter lies (``search_walk``).
    """

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    open_keys = ArrayField(models.BigIntegerField())
    closed_keys = ArrayField(models.BigIntegerField())
    involved = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = _("检索键")
        indexes = [
            GinIndex(
                models.Func("matter_id", function="matters_stretches"),
                *("open_keys", "closed_keys", "involved"),
                name="matter_found_by",
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Posting(models.Model):
    """A public matter on the public board: what the board is filtered by, and where about it is.

    Holds nothing that the matter's own row does not show to everybody. ``square`` numbers an area
    of some 200 m (``plain.geo.square_of``), for the very point can be somebody's home.
    """

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    place_id = models.BigIntegerField()
    grid_id = models.BigIntegerField(null=True)
    village_id = models.BigIntegerField(null=True)
    township_id = models.BigIntegerField(null=True)
    county_id = models.BigIntegerField()
    workflow = models.CharField(max_length=40)
    category = models.CharField(max_length=20)
    is_closed = models.BooleanField()
    square = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("公开栏条目")
        indexes = [
            *(
                models.Index(
                    fields=[f"{storey}_id", "is_closed", key, "-matter"],
                    name=f"posting_of_{storey}_by_{key}"[:30],
                )
                for storey in ("township", "county")
                for key in ("workflow", "category")
            ),
            *(
                models.Index(fields=[where, "is_closed", "-matter"], name=f"posting_of_{name}")
                for where, name in (
                    ("place_id", "place"),
                    ("village_id", "village"),
                    ("square", "square"),
                )
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class PostingCount(models.Model):
    """How many matters of a place stand on the public board, open and closed: for the map."""

    place_id = models.BigIntegerField(primary_key=True)
    village_id = models.BigIntegerField(null=True)
    township_id = models.BigIntegerField(null=True)
    county_id = models.BigIntegerField()
    open = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("公开栏计数")

    def __str__(self) -> str:
        return f"{self.place_id}"


class SquareCount(models.Model):
    """How many matters of a square stand on the public board, open and closed: for the map."""

    square = models.BigIntegerField(primary_key=True)
    open = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("公开栏方格计数")

    def __str__(self) -> str:
        return f"{self.square}"


class Attachment(models.Model):
    """A file that was given with a matter, by the step with which it came.

    Only those involved see it, until somebody who handles the matter publishes it: then the
    public sees a copy drawn anew, never the file itself.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="attachments")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    step_taken = models.ForeignKey(StepTaken, models.PROTECT, null=True, related_name="attachments")
    name = models.CharField(_("名称"), max_length=210)
    position = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("附件")
        constraints = [
            models.UniqueConstraint(fields=["matter", "blob"], name="attachment_once_a_matter"),
            models.CheckConstraint(
                name="attachment_published_all_or_none",
                condition=Q(published_by__isnull=True, published_at__isnull=True)
                | Q(published_by__isnull=False, published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.position}"
