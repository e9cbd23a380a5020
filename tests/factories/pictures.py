"""Contents of files as people's phones and computers make them."""

import io
import zipfile

from PIL import Image

GPS_INFO = 0x8825
MAKE = 0x010F
ORIENTATION = 0x0112


def photo(
    width: int = 640,
    height: int = 480,
    *,
    kind: str = "JPEG",
    colour: str | tuple[int, int, int] = "sienna",
    turned: bool = False,
) -> bytes:
    """A photograph that tells where and with what it was taken; ``turned`` as phones note it."""
    exif = Image.Exif()
    exif[MAKE] = "SecretPhoneMaker"
    exif[ORIENTATION] = 6 if turned else 1
    exif.get_ifd(GPS_INFO).update({1: "N", 2: (39.0, 51.0, 36.0), 3: "E", 4: (110.0, 0.0, 12.0)})
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind, exif=exif.tobytes())
    return buffer.getvalue()


def document(
    part: str = "word/document.xml", inside: bytes = b"<w:document/>", **more: str
) -> bytes:
    """A Word document, or with ``xl/workbook.xml`` an Excel workbook, as small as can be."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr(part, inside)
        for name, text in more.items():
            parts.writestr(name, text)
    return buffer.getvalue()


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42\x00\x00\x00\x08mdat" + bytes(200)
SOUND = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00isomM4A \x00\x00\x00\x08mdat" + bytes(200)
VOICE = b"#!AMR\n" + bytes(100)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
PROGRAM = b"MZ" + bytes(200)
