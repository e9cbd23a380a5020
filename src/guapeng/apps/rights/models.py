"""What is special about a request: whose data, what is wished, and what was answered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.matters.models import Case
from guapeng.kernel.people.models import Field, Person


class DataRequest(Case):
    """A person's wish about what is held about them.

    ``wanted_sealed`` is what should stand there instead, sealed like the field itself, and emptied
    with the answer; ``purpose`` is the key of the basis whose consent ends. ``ground`` is the key
    of the rule by which something is kept, ``clause`` its text on that day.
    """

    class Kind(models.TextChoices):
        """What is wished, by article of the Personal Information Protection Law."""

        VIEW = "view", _("查阅")
        COPY = "copy", _("复制")
        CORRECT = "correct", _("更正")
        DELETE = "delete", _("删除")
        WITHDRAW = "withdraw", _("撤回同意")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(_("请求"), max_length=8, choices=Kind)
    fields = ArrayField(models.CharField(max_length=12, choices=Field), default=list)
    wanted_sealed = models.BinaryField(null=True)
    purpose = models.CharField(_("用途"), max_length=60, blank=True)
    reason = models.TextField(_("说明"), blank=True)
    granted = models.BooleanField(_("是否办理"), null=True)
    ground = models.CharField(max_length=100, blank=True)
    clause = models.TextField(_("依据"), blank=True)
    answer = models.TextField(_("答复"), blank=True)

    class Meta:
        verbose_name = _("个人信息请求")
        constraints = [
            models.CheckConstraint(
                name="data_request_refused_with_an_answer",
                condition=Q(granted__isnull=True) | Q(granted=True) | ~Q(answer=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"
