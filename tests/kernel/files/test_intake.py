"""What may come in, and what is refused, by its content."""

import datetime as dt
import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.factories import pictures

from guapeng.kernel.files import faults, intake
from guapeng.plain.unfit import Unfit

DAY = dt.date(2026, 3, 2)
pytestmark = pytest.mark.django_db


def examine(content: bytes, name: str) -> intake.Examined:
    return intake.examine(io.BytesIO(content), name=name, on=DAY)


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (pictures.photo(), "IMG_0001.JPG", "image/jpeg"),
        (pictures.photo(kind="PNG"), "屏幕截图.png", "image/png"),
        (pictures.photo(kind="WEBP"), "井盖.webp", "image/webp"),
        (pictures.PDF, "通知.pdf", "application/pdf"),
        (pictures.FILM, "现场.mp4", "video/mp4"),
        (pictures.SOUND, "录音.m4a", "audio/mp4"),
        (pictures.VOICE, "语音.amr", "audio/amr"),
    ],
)
def test_content_of_an_allowed_kind_is_taken_for_what_it_is(
    content: bytes, name: str, media_type: str
) -> None:
    found = examine(content, name)

    assert (found.media_type, found.name) == (media_type, name)


@pytest.mark.parametrize(
    ("part", "name", "ending"),
    [
        ("word/document.xml", "协议", "docx"),
        ("xl/workbook.xml", "台账.xlsx", "xlsx"),
    ],
)
def test_document_is_told_from_a_workbook_by_what_is_inside(
    part: str, name: str, ending: str
) -> None:
    found = examine(pictures.document(part), name)

    assert found.name.endswith(f".{ending}")


def test_picture_brings_its_size_and_is_drawn_small() -> None:
    found = examine(pictures.photo(1000, 500), "a.jpg")

    assert (found.width, found.height) == (1000, 500)
    with Image.open(io.BytesIO(found.small)) as small:
        assert small.size == (320, 160)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (pictures.PAGE, "照片.jpg", "file.kind"),
        (pictures.DRAWING, "照片.png", "file.kind"),
        (pictures.DRAWING, "图.svg", "file.name"),
        (pictures.PROGRAM, "照片.jpg", "file.kind"),
        (pictures.photo(), "照片.jpg.exe", "file.name"),
        (pictures.photo(), "照片.html.jpg", "file.name"),
        (pictures.photo(), "照片\u202egpj.exe", "file.name"),
        (pictures.photo(), "合同.pdf", "file.mislabelled"),
        (pictures.PDF, "照片.jpg", "file.mislabelled"),
        (pictures.document(), "照片.jpg", "file.mislabelled"),
        (pictures.HEIC, "IMG_1.HEIC", "file.heic"),
        (b"", "照片.jpg", "file.empty"),
        (b"hello", "照片.jpg", "file.kind"),
        (pictures.document("a.txt"), "压缩.zip", "file.kind"),
        (pictures.photo() + pictures.document("x.class"), "照片.jpg", "file.two_in_one"),
        (pictures.photo() + pictures.PAGE, "照片.jpg", "file.two_in_one"),
        (pictures.PDF + pictures.document(), "通知.pdf", "file.two_in_one"),
        (pictures.photo()[:600], "照片.jpg", "file.broken"),
        (pictures.document(**{"word/vbaProject.bin": "x"}), "表.docx", "file.macros"),
        (pictures.document(inside=bytes(201 * 1024 * 1024)), "表.docx", "file.unpacked"),
    ],
)
def test_content_that_may_not_come_in_is_refused_by_name(
    content: bytes, name: str, code: str
) -> None:
    with pytest.raises(Unfit) as refusal:
        examine(content, name)

    assert refusal.value.code == code
    assert intake.clean_name(name) in str(refusal.value)


def test_messenger_that_calls_a_jpeg_png_is_put_right() -> None:
    assert examine(pictures.photo(), "mmexport.png").name == "mmexport.jpg"


def test_picture_that_is_huge_when_drawn_is_never_drawn() -> None:
    with pytest.raises(faults.TooManyPixels, match="8000×8000"):
        examine(png_header(8000, 8000), "小.png")


def test_file_above_its_kinds_limit_is_refused_with_the_limit() -> None:
    content = pictures.photo() + bytes(20 * 1024 * 1024)

    with pytest.raises(faults.TooLarge, match="JPG 文件最多 20 MB"):
        examine(content, "大.jpg")


@given(st.binary(max_size=300), st.sampled_from(["a.jpg", "a.pdf", "a.docx", "a"]))
def test_no_content_makes_the_intake_fail(content: bytes, name: str) -> None:
    with suppress(Unfit):
        assert examine(content, name).media_type


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow's word for what we refuse
@given(st.integers(20, 900), st.binary(min_size=1, max_size=40))
def test_no_damaged_photo_makes_the_intake_fail(start: int, noise: bytes) -> None:
    whole = pictures.photo(64, 48)

    damaged = whole[:start] + noise + whole[start + len(noise) :]

    with suppress(Unfit):
        assert examine(damaged, "a.jpg").media_type == "image/jpeg"


@given(st.text(max_size=300))
def test_cleaned_name_is_one_line_without_folders(name: str) -> None:
    cleaned = intake.clean_name(name)

    assert cleaned.isprintable()
    assert "/" not in cleaned
    assert 0 < len(cleaned) <= 201


def png_header(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims to be huge."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
