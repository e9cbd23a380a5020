"""What may come in: judged by its content, against the rules of the day, before it is kept."""

import datetime as dt
import os
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO, Final

import puremagic

from guapeng.kernel.files import images
from guapeng.kernel.files.faults import (
    Broken,
    DangerousName,
    Empty,
    HasMacros,
    IsHeic,
    Mislabelled,
    TooLarge,
    TooManyPixels,
    TooMuchInside,
    TwoInOne,
    UnknownKind,
)
from guapeng.kernel.files.uploads import MEGABYTE
from guapeng.kernel.rules import queries as rules

_ALIASES: Final = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "qt": "mov", "heics": "heic"}
_HEIC: Final = frozenset({"heic", "heif", "avif"})
_OFFICE: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_LONGEST_NAME: Final = 100
_ENDS_BYTES: Final = 4096
_MOST_PARTS: Final = 5000
_PAGE: Final = re.compile(rb"<(!doctype|html|script|svg|iframe|body|\?php)[\s>!]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A file that may be kept.

    Attributes:
        content: the file itself, which one can go back and forth in.
        name: as the giver called it, cleaned, with the ending that fits the content.
        media_type: by the content.
        width: pixels, of pictures.
        height: pixels, of pictures.
        small: a picture drawn small, which also proves that it can be drawn.
    """

    content: BinaryIO
    name: str
    media_type: str
    width: int | None = None
    height: int | None = None
    small: bytes = b""


def examine(content: BinaryIO, *, name: str, on: dt.date) -> Examined:
    """Return what ``content`` is, once nothing speaks against keeping it.

    Raises:
        Unfit: one of ``faults``; names the file and says why.
    """
    name = clean_name(name)
    _refuse_name(name, on=on)
    kinds = rules.value("files.kinds", on=on)
    total = content.seek(0, os.SEEK_END)
    if not total:
        raise Empty(name=name)
    ending = _kind(content, name, kinds)
    kind = kinds[ending]
    _refuse_label(name, ending, kinds)
    if total > kind["mb"] * MEGABYTE:
        raise TooLarge(name=name, kind=ending.upper(), mb=kind["mb"])
    _refuse_second_kind(content, name, ending)
    name = _with_ending(name, ending)
    if ending in _OFFICE:
        _look_inside(content, name, kind)
    if not kind["type"].startswith("image/"):
        return Examined(content=content, name=name, media_type=kind["type"])
    width, height, small = _drawn(content, name, kind)
    return Examined(
        content=content,
        name=name,
        media_type=kind["type"],
        width=width,
        height=height,
        small=small,
    )


def clean_name(name: str) -> str:
    """Return the last part of a path, without characters that hide or turn the text round.

    >>> clean_name("C:/照片/井盖.jpg")
    '井盖.jpg'
    """
    base = PurePath(name.replace("\\", "/")).name
    shown = "".join(c for c in unicodedata.normalize("NFC", base) if c.isprintable())
    stem, dot, ending = shown.strip().rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{ending[:_LONGEST_NAME]}" or "文件"


def _refuse_name(name: str, *, on: dt.date) -> None:
    refused = rules.value("files.names", on=on)["refused"]
    for part in name.lower().split(".")[1:]:
        if part.strip() in refused:
            raise DangerousName(name=name, ending=part.strip())


def _kind(content: BinaryIO, name: str, kinds: dict[str, Any]) -> str:
    """Return the one allowed kind that the content is, by its ending."""
    found = _endings(content)
    if found & _HEIC:
        raise IsHeic(name=name)
    if found & _OFFICE.keys():
        found = _office_kinds(content)
    allowed = found & kinds.keys()
    if len(allowed) != 1:
        raise UnknownKind(name=name, kinds="、".join(sorted(kinds)))
    return allowed.pop()


def _endings(content: BinaryIO) -> set[str]:
    content.seek(0)
    try:
        matches = puremagic.magic_stream(content)
    except (puremagic.PureError, ValueError):
        return set()
    plain = {match.extension.removeprefix(".") for match in matches}
    return {_ALIASES.get(ending, ending) for ending in plain}


def _office_kinds(content: BinaryIO) -> set[str]:
    """Return which document a zip is; none for any other zip."""
    try:
        with zipfile.ZipFile(content) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return set()
    if "[Content_Types].xml" not in names:
        return set()
    return {ending for ending, part in _OFFICE.items() if part in names}


def _refuse_label(name: str, ending: str, kinds: dict[str, Any]) -> None:
    """Refuse a name that claims another sort of file; a picture may be called by another's ending.

    Messengers call many a JPEG ``.png``; nobody is misled by that, and the ending is put right.
    """
    claimed = _claimed(name)
    if claimed in kinds and _sort(kinds[claimed]) != _sort(kinds[ending]):
        raise Mislabelled(name=name, kind=ending.upper())


def _claimed(name: str) -> str:
    ending = PurePath(name).suffix.lower().removeprefix(".")
    return _ALIASES.get(ending, ending)


def _sort(kind: dict[str, Any]) -> str:
    sort, _slash, rest = str(kind["type"]).partition("/")
    return rest if sort == "application" else sort


def _with_ending(name: str, ending: str) -> str:
    claimed = _claimed(name)
    if claimed == ending:
        return name
    known = claimed in {"jpg", "png", "webp", "mp4", "mov", "m4a"}
    return f"{PurePath(name).stem if known else name}.{ending}"


def _refuse_second_kind(content: BinaryIO, name: str, ending: str) -> None:
    """Refuse what a browser could take for a page, or another program for an archive."""
    content.seek(0)
    head = content.read(_ENDS_BYTES)
    content.seek(max(0, content.seek(0, os.SEEK_END) - _ENDS_BYTES))
    tail = content.read()
    is_page = ending not in _OFFICE and (_PAGE.search(head) or _PAGE.search(tail))
    is_document = ending != "pdf" and b"%PDF-" in head[:1024]
    content.seek(0)
    is_archive = ending not in _OFFICE and zipfile.is_zipfile(content)
    if is_page or is_document or is_archive or (ending in _OFFICE and not head.startswith(b"PK")):
        raise TwoInOne(name=name)


def _look_inside(content: BinaryIO, name: str, kind: dict[str, Any]) -> None:
    """Refuse a document that unpacks to too much, or that brings a program.

    The sizes that a zip claims are not to be trusted, but whoever unpacks it stops there.
    """
    with zipfile.ZipFile(content) as parts:
        inside = parts.infolist()
    unpacked = sum(part.file_size for part in inside)
    if len(inside) > _MOST_PARTS or unpacked > kind["unpacked_mb"] * MEGABYTE:
        raise TooMuchInside(name=name)
    if any(part.filename.lower().endswith("vbaproject.bin") for part in inside):
        raise HasMacros(name=name)


def _drawn(content: BinaryIO, name: str, kind: dict[str, Any]) -> tuple[int, int, bytes]:
    """Return width and height, and the picture drawn small."""
    most = kind["megapixels"]
    try:
        width, height = images.size(content)
        if width * height > most * 1_000_000:
            raise TooManyPixels(name=name, width=width, height=height, megapixels=most)
        return width, height, images.draw(content, images.SMALL)
    except images.NotDrawable:
        raise Broken(name=name) from None
