"""Django's SpatiaLite backend, with SpatiaLite from the GDAL wheel.

Settings call `native.sqlite_from_gdal()` before anything imports sqlite3. Every connection then gets SpatiaLite while SQLite opens
it, through SQLite's automatic extensions, and needs no interpreter that can load extensions. Where Python's sqlite3 can't be
bound to libgdal (it's linked into the interpreter, or was imported earlier), the system's `mod_spatialite` does as well.
"""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Iterator
from typing import Any

from django.contrib.gis.db.backends.spatialite import base
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLiteDatabaseWrapper

from backend import native

_opening = threading.local()
_on_open = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to a SpatiaLite file."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        library = _spatialite()
        if library is None:
            return self._with_extension(conn_params)
        with _spatial_cache(library) as cache:
            # Past the parent, which would load the extension from the system.
            connection = SQLiteDatabaseWrapper.get_new_connection(self, conn_params)
        if not cache.used:
            connection.close()
            return self._with_extension(conn_params)
        self._spatial_cache = cache
        return connection

    def _with_extension(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except ImproperlyConfigured as error:
            raise ImproperlyConfigured(
                "This Python can't use the built-in database: its sqlite3 takes neither SpatiaLite from the GDAL wheel nor the "
                "system's mod_spatialite. Run `docker compose up`, or set DATABASE_URL=postgis://user:password@host/name."
            ) from error

    def _close(self) -> None:
        super()._close()
        cache = self.__dict__.pop("_spatial_cache", None)
        if cache is not None:
            cache.free()

    def prepare_database(self) -> None:
        """Make the spatial tables, with the one reference system that Drover stores (WGS 84)."""
        with self.cursor() as cursor:
            cursor.execute("PRAGMA table_info(geometry_columns)")
            if not cursor.fetchall():
                cursor.execute("SELECT InitSpatialMetaData(1, 'WGS84')")


class _SpatialCache:
    """SpatiaLite's memory for one connection."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self.address = library.spatialite_alloc_connection()
        self.used = False

    def free(self) -> None:
        self._library.spatialite_cleanup_ex(self.address)


@contextlib.contextmanager
def _spatial_cache(library: ctypes.CDLL) -> Iterator[_SpatialCache]:
    """Give SpatiaLite to the connection that this thread opens here.

    Allocated beforehand, as allocating while SQLite opens the connection deadlocks in PROJ, which opens its own database; and only
    here, so that PROJ's connections stay plain.
    """
    cache = _opening.cache = _SpatialCache(library)
    try:
        yield cache
    finally:
        _opening.cache = None
        if not cache.used:
            cache.free()


@_on_open
def _give_spatialite(connection: int, _error: int, _api: int) -> int:
    cache: _SpatialCache | None = getattr(_opening, "cache", None)
    if cache is not None and not cache.used:
        cache.used = True
        cache._library.spatialite_init_ex(connection, cache.address, 0)
    return 0


_ready = threading.Lock()
_registered = False


def _spatialite() -> ctypes.CDLL | None:
    """libgdal, ready to give SpatiaLite to new connections; None where Python's sqlite3 is another one."""
    global _registered
    library = native.sqlite_from_gdal()
    if library is None:
        return None
    with _ready:
        if not _registered:
            library.spatialite_alloc_connection.restype = ctypes.c_void_p
            library.spatialite_init_ex.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
            library.spatialite_init_ex.restype = None
            library.spatialite_cleanup_ex.argtypes = [ctypes.c_void_p]
            library.spatialite_cleanup_ex.restype = None
            library.sqlite3_auto_extension(_give_spatialite)
            _registered = True
    return library
