"""How the server receives files: onto the disk, and never more of one than any kind may have."""

from __future__ import annotations

from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils import timezone

from guapeng.kernel.rules import queries as rules

MEGABYTE = 1024 * 1024


class UploadHandler(TemporaryFileUploadHandler):
    """Writes each file to a temporary one, and forgets what goes beyond the largest limit.

    Too large a file arrives cut off, one byte beyond the limit: the form still knows its name and
    refuses it in the person's words.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803  # as Django names it
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse a request that is too large as a whole, before anything of it is read.

        Raises:
            RequestDataTooBig: it is.
        """
        today = timezone.localdate()
        if content_length > rules.value("files.request", on=today)["mb"] * MEGABYTE:
            raise RequestDataTooBig("files: request too large")
        kinds = rules.value("files.kinds", on=today)
        self._most = max(kind["mb"] for kind in kinds.values()) * MEGABYTE + 1
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what fits."""
        if start < self._most:
            super().receive_data_chunk(raw_data[: self._most - start], start)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """Hand the file over with the size that was written."""
        return super().file_complete(min(file_size, self._most))
