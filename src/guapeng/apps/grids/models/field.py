"""Field work: the places that are looked at, and what a visit found. Never where a worker was."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.files.models import Blob
from guapeng.kernel.people.models import Household, Person


class PatrolPlace(models.Model):
    """A place of a grid that is looked at on working days: a sluice, a school gate, an old well.

    ``uid`` is made by the client. ``lon`` and ``lat`` are the place's own, in degrees of CGCS2000
    or WGS 84; a place that a name finds needs none.
    """

    uid = models.UUIDField(unique=True)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    name = models.CharField(_("巡查点"), max_length=60)
    looks_for = models.CharField(_("看什么"), max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    valid = DateRangeField(_("巡查时间"))

    class Meta:
        verbose_name = _("巡查点")
        constraints = [
            models.CheckConstraint(
                name="patrol_place_lon_and_lat_together",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """A household was visited or called, or a patrol place looked at: on which day, what was found.

    A day and no moment, a post and no person, and no position: a row of visits shall not tell how
    somebody spent the day. Who wrote it stands in the journal, for whoever audits.

    Attributes:
        uid: made by the client; sent again, it is the same visit.
        found: in few words, empty where nothing is to be noted.
        acting_as: the key of the post.
    """

    class How(models.TextChoices):
        """In which way; a weekly contact may be a call (R16)."""

        VISIT = "visit", _("上门")
        CALL = "call", _("电话")

    uid = models.UUIDField(unique=True)
    # The database lets visits go with a household that is forgotten (``field.guards``).
    household = models.ForeignKey(
        Household, models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    place = models.ForeignKey(PatrolPlace, models.CASCADE, null=True, related_name="visits")
    on = models.DateField(_("日期"))
    how = models.CharField(_("方式"), max_length=8, choices=How)
    found = models.CharField(_("情况"), max_length=500, blank=True)
    acting_as = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("走访巡查")
        constraints = [
            models.CheckConstraint(
                name="visit_of_household_or_place",
                condition=Q(household__isnull=True, place__isnull=False)
                | Q(household__isnull=False, place__isnull=True),
            )
        ]
        indexes = [
            models.Index(fields=["household", "-on"], name="visit_by_household"),
            models.Index(fields=["place", "-on"], name="visit_by_place"),
            models.Index(fields=["on"], name="visit_by_day"),
        ]

    def __str__(self) -> str:
        return f"visit {self.pk}"


class VisitPhoto(models.Model):
    """A picture that was taken on a visit. No visit needs one."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="photos")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.CharField(max_length=210)

    class Meta:
        verbose_name = _("走访照片")
        constraints = [models.UniqueConstraint(fields=["visit", "blob"], name="visit_photo_once")]

    def __str__(self) -> str:
        return f"photo {self.pk}"


class PhotoPart(models.Model):
    """A piece of a photograph on its way from a telephone, until the photograph is whole.

    Attributes:
        photo: the client-made id of the photograph.
        start: which byte of it the piece begins with.
    """

    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    photo = models.UUIDField()
    start = models.PositiveIntegerField()
    content = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("照片片段")
        constraints = [
            models.UniqueConstraint(fields=["by", "photo", "start"], name="photo_part_once")
        ]
        indexes = [models.Index(fields=["at"], name="photo_part_by_time")]

    def __str__(self) -> str:
        return f"{self.photo}@{self.start}"
