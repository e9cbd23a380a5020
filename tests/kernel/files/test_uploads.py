"""What arrives goes to the disk, no more of it than any kind may have."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import (
    SimpleUploadedFile,
    TemporaryUploadedFile,
    UploadedFile,
)
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from tests.factories import pictures
from tests.factories.world import Banner

from guapeng.kernel.files.forms import FilesField
from guapeng.kernel.files.uploads import MEGABYTE
from guapeng.kernel.rules.models import Rule

pytestmark = pytest.mark.django_db


@contextmanager
def received(
    folder: Path, content: bytes, *, times: int = 1, name: str = "a.jpg"
) -> Iterator[UploadedFile]:
    """The one file of a request whose body is read from the disk, as a server hands it over."""
    body = folder / "body"
    with body.open("wb") as file:
        file.write(b"--x\r\nContent-Disposition: form-data; name=photos; ")
        file.write(f"filename={name}\r\nContent-Type: image/jpeg\r\n\r\n".encode())
        for _ in range(times):
            file.write(content)
        file.write(b"\r\n--x--\r\n")
    with body.open("rb") as sent:
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/report/",
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "CONTENT_LENGTH": str(body.stat().st_size),
            "wsgi.input": sent,
        }
        request = WSGIRequest(environ)
        yield from request.FILES.getlist("photos")
        request.close()


def set_limits(megabytes: int) -> None:
    rule = Rule.objects.get(key="files.kinds")
    rule.value = {name: kind | {"mb": megabytes} for name, kind in rule.value.items()}
    rule.save()


def test_file_is_on_the_disk_from_the_first_byte(tmp_path: Path) -> None:
    with received(tmp_path, pictures.photo()) as given:
        assert isinstance(given, TemporaryUploadedFile)
        assert given.read() == pictures.photo()


def test_too_large_a_file_is_cut_off_and_refused_by_name(tmp_path: Path) -> None:
    set_limits(1)

    with received(tmp_path, pictures.photo() + bytes(5 * MEGABYTE), name="big.jpg") as given:
        assert given.size == MEGABYTE + 1
        with pytest.raises(ValidationError) as refusal:
            FilesField().clean([given])

    assert refusal.value.messages == ["“big.jpg”太大了，JPG 文件最多 1 MB"]


def test_large_film_needs_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    content = bytes(MEGABYTE)
    tracemalloc.start()

    with received(tmp_path, content, times=90) as given:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert given.size == 90 * MEGABYTE

    assert peak < 5 * MEGABYTE


def test_form_above_the_limit_as_a_whole_is_not_read(banner: Banner) -> None:
    class Unread:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("read")

        readline = read

    answer = Client().post(
        "/report/",
        {"photos": SimpleUploadedFile("a.jpg", pictures.photo())},
        CONTENT_LENGTH=str(221 * MEGABYTE),
        **{"wsgi.input": Unread()},
    )

    assert answer.status_code == 400
