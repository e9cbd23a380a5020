"""The journal's rows. Ids and words only, no foreign keys: it outlives what it tells of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.journal.chain import Line


class Entry(models.Model):
    """A line of the journal. The database refuses to change or delete it.

    ``says`` holds no personal data, because it can never be removed. What a step was given stays
    in the step's own row; here is only its ``digest``. Lines are numbered without gaps, in the
    order of commit, so a reader that remembers the last ``seq`` misses nothing.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    actor = models.BigIntegerField(null=True)
    acting_as = models.CharField(max_length=120, blank=True)
    says = models.TextField(blank=True)
    data = models.TextField(default="{}")
    digest = models.BinaryField(max_length=32)
    algorithm = models.CharField(max_length=8)
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("日志")
        indexes = [models.Index(fields=["subject", "seq"], name="entry_by_subject")]

    def __str__(self) -> str:
        return f"{self.seq} {self.event} {self.subject}"

    @property
    def line(self) -> Line:
        """What the hash covers."""
        return Line._make(getattr(self, column) for column in Line._fields)


class Head(models.Model):
    """The end of the chain: one row, locked by whoever writes the next line."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(name="head_is_one_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.seq}"


class Cursor(models.Model):
    """How far a subscriber has read."""

    subscriber = models.CharField(max_length=120, primary_key=True)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.subscriber} {self.seq}"


class Retry(models.Model):
    """An entry that a subscriber could not take yet; tried again later, alone."""

    subscriber = models.CharField(max_length=120)
    seq = models.BigIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    error = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "seq"], name="retry_once_each")
        ]
        indexes = [models.Index(fields=["next_at"], name="retry_by_time")]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.seq}"
