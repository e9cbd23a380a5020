"""GeoPackages and shapefiles, read by GDAL."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import read as read_raw

from guapeng.apps.grids.partition.layers import NoFeatures

_BYTES: Final = "ISO-8859-1"
"""By this encoding every byte is a character, and comes back."""
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj")


@dataclass(frozen=True)
class Drawn:
    """A layer as GDAL reads it.

    Attributes:
        file: its name.
        columns: (n) cells by heading; None where there is nothing.
        shapes: (n) flat geometries, None where there is none.
        crs: the coordinate system that the file tells, "" if none.
    """

    file: str
    columns: Mapping[str, list[Any]]
    shapes: npt.NDArray[np.object_]
    crs: str


def layers_in(path: Path) -> list[str]:
    """Return the layers of a GeoPackage.

    Raises:
        NoFeatures: it is none.
    """
    try:
        return [str(name) for name, _kind in pyogrio.list_layers(path)]
    except DataSourceError as error:
        raise NoFeatures(file=path.name, reason=error) from error


def read(path: Path, called: Sequence[str]) -> Drawn:
    """Return a layer of a GeoPackage, a shapefile, or the shapefile in a ZIP.

    Args:
        path: of the file.
        called: names of the layer, where a file has several.

    Raises:
        NoFeatures: the file is damaged, or holds no such layer.
    """
    try:
        if path.suffix == ".gpkg":
            names = layers_in(path)
            layer = next((one for one in called if one in names), names[0] if names else None)
            return _drawn(path.name, read_raw(path, layer=layer))
        with _unpacked(path, called) as shapefile:
            return _drawn(path.name, _decoded(shapefile))
    except (DataSourceError, DataLayerError, zipfile.BadZipFile) as error:
        raise NoFeatures(file=path.name, reason=error) from error


@contextmanager
def _unpacked(path: Path, called: Sequence[str]) -> Iterator[Path]:
    """Give the shapefile itself; that of a ZIP under a plain name, whatever its own is."""
    if path.suffix == ".shp":
        yield path
        return
    with zipfile.ZipFile(path) as packed, TemporaryDirectory() as folder:
        stems = sorted(one[:-4] for one in packed.namelist() if one.lower().endswith(".shp"))
        stem = next((one for one in stems if Path(one).name in called), stems[0] if stems else None)
        if stem is None:
            raise NoFeatures(file=path.name, reason="*.shp")
        for name in packed.namelist():
            if name[:-4] == stem and name[-4:].lower() in _PARTS:
                target = Path(folder) / f"layer{name[-4:].lower()}"
                with packed.open(name) as source, target.open("wb") as to:
                    copyfileobj(source, to)
        yield Path(folder) / "layer.shp"


def _decoded(path: Path) -> Any:
    """Read a shapefile; what its table says of its encoding is often wrong, so it is told by it."""
    about, index, geometry, cells = read_raw(path, encoding=_BYTES)
    texts = [about["fields"], *(column for column in cells if column.dtype.kind == "O")]
    encoding = _encoding(one for column in texts for one in column if isinstance(one, str))
    about["fields"] = [_text(name, encoding) for name in about["fields"]]
    return about, index, geometry, [_texts(column, encoding) for column in cells]


def _encoding(texts: Iterable[str]) -> str:
    """Return UTF-8 if all texts may be that, cut or not; else GB18030."""
    for text in texts:
        try:
            text.encode(_BYTES).decode("utf-8")
        except UnicodeDecodeError as error:
            if error.end < len(text) or error.reason != "unexpected end of data":
                return "gb18030"
    return "utf-8"


def _text(text: str, encoding: str) -> str:
    return text.encode(_BYTES).decode(encoding, "ignore")


def _texts(column: npt.NDArray[Any], encoding: str) -> npt.NDArray[Any]:
    if column.dtype.kind != "O":
        return column
    plain = np.empty(len(column), dtype=object)
    plain[:] = [_text(one, encoding) if isinstance(one, str) else one for one in column]
    return plain


def _drawn(file: str, found: Any) -> Drawn:
    about, _, geometry, cells = found
    if geometry is None:
        geometry = np.full(len(cells[0]) if cells else 0, None, dtype=object)
    return Drawn(
        file=file,
        columns={
            str(name): _plain(column) for name, column in zip(about["fields"], cells, strict=True)
        },
        shapes=np.asarray(shapely.force_2d(shapely.from_wkb(geometry)), dtype=object),
        crs=str(about["crs"] or ""),
    )


def _plain(column: npt.NDArray[Any]) -> list[Any]:
    """Return cells as Python has them: whole numbers without a point, and None for nothing."""
    if column.dtype.kind == "f":
        return [
            None if np.isnan(one) else int(one) if one.is_integer() else one
            for one in column.tolist()
        ]
    return [None if one is None or one != one else one for one in column.tolist()]  # noqa: PLR0124
