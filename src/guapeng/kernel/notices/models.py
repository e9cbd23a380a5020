"""What people are told, by which way, and when they want to be left in peace."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.people.models import Person


class Notice(models.Model):
    """One thing that one person is told, once: ``key`` is unique for the person.

    Nothing personal stands in it: ``params`` fill the wording of ``kind`` with a number, a title
    that is safe for all, keys of steps.

    Attributes:
        kind: key of the wording (``notices.kinds``).
        subject: what it is about, e.g. ``matter:17``; devices show the newest of a subject.
        until: what it waits for, e.g. ``task:90``, and ends with; empty for mere information.
        urgent: danger to life: told at any hour.
        settled_at: when it needed nobody any more.
        is_new: neither opened nor settled, counted at the bell.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    subject = models.CharField(max_length=80)
    until = models.CharField(max_length=80, blank=True)
    url = models.CharField(max_length=200)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    is_new = models.GeneratedField(
        expression=Q(read_at=None, settled_at=None),  # type: ignore[arg-type]  # it may be one
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("通知")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-is_new", "-id"], name="notice_list"),
            models.Index(
                fields=["subject"], name="notice_unsettled", condition=Q(settled_at__isnull=True)
            ),
            models.Index(fields=["created_at"], name="notice_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Subscription(models.Model):
    """A browser on a device that takes web push, with the keys that only it can read by."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="subscriptions")
    endpoint = models.URLField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    added_at = models.DateTimeField(_("添加时间"))

    class Meta:
        verbose_name = _("推送设备")

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class Delivery(models.Model):
    """A notice on its way by one channel (and to one device, where the channel has several).

    ``attempts`` and ``next_at`` are written before the attempt itself, so that a worker that is
    killed amid it makes one repetition and no more.
    """

    class Stage(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", _("待发送")
        SENT = "sent", _("已发送")
        DROPPED = "dropped", _("不再需要")
        GIVEN_UP = "given_up", _("已放弃")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20)
    device = models.ForeignKey(Subscription, models.CASCADE, null=True, related_name="+")
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("通知发送")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "device"],
                nulls_distinct=False,
                name="delivery_once_a_way",
            ),
            models.CheckConstraint(
                name="delivery_sent_has_its_time",
                condition=Q(stage="sent", sent_at__isnull=False)
                | (~Q(stage="sent") & Q(sent_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=Q(stage="waiting"))
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.channel} {self.stage}"


class Preference(models.Model):
    """How a person wants to be told; without a row the rule ``notices.quiet_hours`` holds.

    ``muted`` are keys of channels. Equal ends mean no quiet hours.
    """

    person = models.OneToOneField(
        Person, models.CASCADE, primary_key=True, related_name="notice_preference"
    )
    muted = ArrayField(models.CharField(max_length=20), default=list)
    quiet_from = models.TimeField(_("免打扰开始"))
    quiet_until = models.TimeField(_("免打扰结束"))

    class Meta:
        verbose_name = _("通知偏好")

    def __str__(self) -> str:
        return f"preference {self.person_id}"
