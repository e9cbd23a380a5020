"""Pictures drawn anew tell nothing but what is on them."""

import io

import pytest
from PIL import Image
from tests.factories import pictures

from guapeng.kernel.files import images


def drawn(content: bytes, longest: int = 1280) -> Image.Image:
    picture = Image.open(io.BytesIO(images.draw(io.BytesIO(content), longest)))
    picture.load()
    return picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_copy_holds_no_exif_no_place_and_no_maker(kind: str) -> None:
    original = pictures.photo(kind=kind)
    assert b"SecretPhoneMaker" in original
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(pictures.GPS_INFO)

    copy = images.draw(io.BytesIO(original), 1280)

    assert b"SecretPhoneMaker" not in copy
    assert b"EXIF" not in copy
    assert dict(Image.open(io.BytesIO(copy)).getexif()) == {}


def test_copy_stands_upright() -> None:
    assert drawn(pictures.photo(640, 480, turned=True)).size == (480, 640)


@pytest.mark.parametrize(("longest", "size"), [(320, (320, 240)), (1280, (1280, 960))])
def test_copy_fits_its_size(longest: int, size: tuple[int, int]) -> None:
    assert drawn(pictures.photo(2000, 1500), longest).size == size


def test_small_picture_is_not_blown_up() -> None:
    assert drawn(pictures.photo(100, 50)).size == (100, 50)


def test_what_shines_through_becomes_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(buffer, "PNG")

    assert drawn(buffer.getvalue()).getpixel((20, 20)) == (255, 255, 255)


def test_colours_of_print_are_drawn() -> None:
    buffer = io.BytesIO()
    Image.new("CMYK", (40, 40), (0, 0, 0, 0)).save(buffer, "JPEG")

    assert drawn(buffer.getvalue()).mode == "RGB"
