"""Fields for files: several at once, each judged by its content, errors that name the file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.kernel.files import intake
from guapeng.kernel.files.faults import UnknownKind
from guapeng.kernel.files.intake import Examined
from guapeng.plain.unfit import Unfit

_FILES: Final = gettext_lazy("附件")
_PHOTOS: Final = gettext_lazy("照片")
_ANY: Final = "image/*,video/*,audio/*,.pdf,.docx,.xlsx"


class FilesInput(forms.FileInput):
    """A control for several files; ``c-field`` shows it as ``c-photos``."""

    allow_multiple_selected = True

    def value_from_datadict(
        self,
        data: Any,  # noqa: ARG002  # as Django calls it
        files: Any,
        name: str,
    ) -> list[UploadedFile[Any]]:
        """Return all that were given under the name."""
        return list(files.getlist(name)) if hasattr(files, "getlist") else list(files.get(name, []))


class FilesField(forms.Field):
    """Up to ``most`` files; gives a list of what may be kept (``Examined``).

    Attributes:
        most: how many.
        accept: what the browser offers to choose; the content decides.
    """

    widget = FilesInput
    accept = _ANY

    def __init__(self, *, most: int = 9, label: str | Promise = _FILES, **kwargs: Any) -> None:
        """Files are never required: no report and no result needs a picture."""
        super().__init__(label=label, required=False, **kwargs)  # type: ignore[arg-type]  # the stubs name promises otherwise
        self.most = most

    def clean(self, value: Iterable[UploadedFile[Any]]) -> list[Examined]:
        """Return the files that may be kept.

        Raises:
            ValidationError: too many, or what is wrong with each one that is refused.
        """
        given = list(value or [])
        if len(given) > self.most:
            too_many = _("最多%(most)d个文件，您选了%(count)d个")
            raise ValidationError(
                too_many, code="too_many", params={"most": self.most, "count": len(given)}
            )
        examined, faults = [], []
        for one in given:
            try:
                examined.append(self._examine(one))
            except Unfit as fault:
                faults.append(ValidationError(_(fault.wording), fault.code, fault.given))
        if faults:
            raise ValidationError(faults)
        return examined

    def _examine(self, given: UploadedFile[Any]) -> Examined:
        content: Any = given.file
        return intake.examine(content, name=given.name or "", on=timezone.localdate())


class PhotosField(FilesField):
    """Up to ``most`` photographs, made smaller and freed of hidden data before they travel."""

    accept = "image/*"

    def __init__(self, *, most: int = 3, label: str | Promise = _PHOTOS, **kwargs: Any) -> None:
        super().__init__(most=most, label=label, **kwargs)

    def _examine(self, given: UploadedFile[Any]) -> Examined:
        examined = super()._examine(given)
        if not examined.media_type.startswith("image/"):
            raise UnknownKind(name=examined.name, kinds="jpg、png、webp")
        return examined
