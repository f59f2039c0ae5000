"""GDAL, GEOS and SpatiaLite out of the wheels of pyogrio and shapely, so that nothing need be installed beside Python."""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# libgdal exports the symbols of the OpenSSL, zlib, lzma and GEOS inside it. Whatever else uses one of these is loaded first,
# so that it has found its own by the time that libgdal's are in everybody's reach.
_LOADED_BEFORE = ("ssl", "zlib", "lzma", "shapely")


class NoGeoLibraries(RuntimeError):
    """The wheels of pyogrio or shapely on this machine do not bring the library."""


@dataclass(frozen=True, slots=True)
class Libraries:
    """Where the geographic libraries lie."""

    gdal: str
    geos: str
    proj_data: str
    gdal_data: str


@cache
def libraries() -> Libraries:
    """The libraries in the wheels; tells PROJ and GDAL where their data is, unless the environment says so already."""
    pyogrio = _site_folder("pyogrio")
    found = Libraries(
        gdal=_library(pyogrio.with_name("pyogrio.libs"), "libgdal-*.so*"),
        geos=_library(_site_folder("shapely").with_name("shapely.libs"), "libgeos_c-*.so*"),
        proj_data=str(pyogrio / "proj_data"),
        gdal_data=str(pyogrio / "gdal_data"),
    )
    os.environ.setdefault("PROJ_DATA", found.proj_data)
    os.environ.setdefault("GDAL_DATA", found.gdal_data)
    return found


@cache
def sqlite_from_gdal() -> ctypes.CDLL | None:
    """Make Python's sqlite3 use the SQLite inside libgdal, which comes with SpatiaLite; None where it's too late for that.

    Python's `_sqlite3` looks for `sqlite3_*` in the whole process before it looks in the system's library. So libgdal has to be
    there first, in global view; once `_sqlite3` is imported, it stays with what it found.
    """
    if "_sqlite3" in sys.modules:
        return None
    for module in _LOADED_BEFORE:
        importlib.import_module(module)
    return ctypes.CDLL(libraries().gdal, mode=ctypes.RTLD_GLOBAL)


def _site_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise NoGeoLibraries(f"{package} is not installed: run `make venv`")
    return Path(spec.origin).parent


def _library(folder: Path, pattern: str) -> str:
    found = sorted(folder.glob(pattern))
    if not found:
        raise NoGeoLibraries(f"no {pattern} beside {folder.name}: is this a wheel for Linux? Else run `docker compose up`")
    return str(found[0])
