"""How the lists of a source are read, and the imports that run in the background."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people.models import Person


class Mapping(models.Model):
    """What the columns and labels of one source mean, as somebody settled it.

    Attributes:
        importer: key of the kind of import, e.g. ``concerns``.
        source: what people call the system the lists come from; part of every row's id.
        columns: key of the field for each heading that a list had; empty where it is not read.
        labels: our code for each of the source's own words, by field (``labels.Labels``).
    """

    importer = models.CharField(max_length=40)
    source = models.CharField(_("来源"), max_length=60)
    columns = models.JSONField(_("列的含义"), default=dict)
    labels = models.JSONField(_("标签的含义"), default=dict)
    saved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("导入方案")
        constraints = [
            models.UniqueConstraint(fields=["importer", "source"], name="mapping_once_a_source")
        ]

    def __str__(self) -> str:
        return f"{self.importer} {self.source}"


class Run(models.Model):
    """An import of one uploaded file: what was asked, how far it is, what came of it.

    The file lies in the data folder under the run's ``uid`` until the run has ended; the refused
    rows lie beside it until they are fetched or too old (rule ``exchange.keep``).

    Attributes:
        begun_at: when somebody said go; before it, the columns are being settled.
        seen_at: when the run last told how far it is; one that is silent for long was cut off.
        done: how many rows were read in this go, ``at_most`` how many there are at most, if known.
        unknown: how often a word came that nobody has said the meaning of, by field.
        fault: why it could not go on, in words.
    """

    uid = models.UUIDField(primary_key=True)
    importer = models.CharField(max_length=40)
    source = models.CharField(_("来源"), max_length=60, blank=True)
    file_name = models.CharField(_("文件"), max_length=200)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    columns = models.JSONField(default=dict)
    labels = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    at_most = models.PositiveIntegerField(null=True)
    new = models.PositiveIntegerField(_("新收"), default=0)
    known = models.PositiveIntegerField(_("已有"), default=0)
    refused = models.PositiveIntegerField(_("退回"), default=0)
    notes = models.JSONField(default=dict)
    unknown = models.JSONField(default=dict)
    fault = models.TextField(blank=True)

    class Meta:
        verbose_name = _("导入")
        indexes = [models.Index(fields=["by", "-uploaded_at"], name="run_of_person")]

    def __str__(self) -> str:
        return f"{self.importer} {self.uid}"
