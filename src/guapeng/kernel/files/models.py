"""What is known of a content. Whose it is, and how long it is kept, its owners' rows say."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Blob(models.Model):
    """A content by its SHA-256, however often it was given. ``kept_at`` is the last time."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    bytes = models.BigIntegerField(_("字节数"))
    media_type = models.CharField(_("类型"), max_length=100)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = _("文件内容")

    def __str__(self) -> str:
        return self.sha256

    @property
    def is_image(self) -> bool:
        """Tell whether it can be drawn anew, and so be shown small or published."""
        return self.media_type.startswith("image/")


class Copy(models.Model):
    """A picture drawn anew with at most ``longest`` pixels a side, without what cameras write."""

    original = models.ForeignKey(Blob, models.CASCADE, related_name="copies")
    longest = models.PositiveSmallIntegerField()
    drawn = models.ForeignKey(Blob, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("图片副本")
        constraints = [
            models.UniqueConstraint(fields=["original", "longest"], name="copy_once_a_size")
        ]

    def __str__(self) -> str:
        return f"{self.original_id} {self.longest}"
