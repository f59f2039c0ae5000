"""Django's SpatiaLite backend, with SpatiaLite from the GDAL wheel.

Settings call `native.sqlite_from_gdal()` before anything imports sqlite3. Every connection then gets SpatiaLite while SQLite
opens it, through SQLite's automatic extensions, and needs no interpreter that can load extensions. Where Python's sqlite3 can't
be bound to libgdal (it's linked into the interpreter, or was imported earlier), the system's `mod_spatialite` does as well.
"""

from __future__ import annotations

import ctypes
import threading
from functools import cache
from typing import Any

from django.contrib.gis.db.backends.spatialite import base
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLiteDatabaseWrapper

from backend import native

_opening = threading.local()
# SpatiaLite empties SQLite's list of automatic extensions whenever it cleans up after a connection.
_one_at_a_time = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to a SpatiaLite file."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        library = _libgdal()
        if library is None:
            return self._with_system_extension(conn_params)
        with _one_at_a_time:
            memory = _Memory(library)
            library.sqlite3_auto_extension(_on_open)
            _opening.memory = memory
            try:
                # Past the parent, which would load the extension from the system.
                connection = SQLiteDatabaseWrapper.get_new_connection(self, conn_params)
            finally:
                _opening.memory = None
        if not memory.used:
            connection.close()
            memory.free()
            return self._with_system_extension(conn_params)
        self._memory = memory
        return connection

    def _with_system_extension(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except ImproperlyConfigured as error:
            raise ImproperlyConfigured(
                "This Python can't use the built-in database: its sqlite3 takes neither SpatiaLite from the GDAL wheel nor the "
                "system's mod_spatialite. Run `docker compose up`, or set DATABASE_URL=postgis://user:password@host/name."
            ) from error

    def _close(self) -> None:
        super()._close()  # type: ignore[misc]  # the stubs leave it out
        memory: _Memory | None = self.__dict__.pop("_memory", None)
        if memory is not None:
            with _one_at_a_time:
                memory.free()

    def prepare_database(self) -> None:
        """Make the spatial tables, with the one reference system that Drover stores (WGS 84)."""
        with self.cursor() as cursor:
            cursor.execute("PRAGMA table_info(geometry_columns)")
            if not cursor.fetchall():
                cursor.execute("SELECT InitSpatialMetaData(1, 'WGS84')")


class _Memory:
    """SpatiaLite's memory for one connection.

    Allocated before SQLite opens the connection: doing it meanwhile deadlocks in PROJ, which opens a database of its own.
    """

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._address = library.spatialite_alloc_connection()
        self.used = False

    def give_to(self, connection: int) -> None:
        self._library.spatialite_init_ex(connection, self._address, 0)
        self.used = True

    def free(self) -> None:
        self._library.spatialite_cleanup_ex(self._address)


def _opened(connection: int, _error: int, _api: int) -> int:
    memory: _Memory | None = getattr(_opening, "memory", None)
    if memory is not None and not memory.used:  # else it's PROJ's connection, which stays plain
        memory.give_to(connection)
    return 0


_on_open = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(_opened)


@cache
def _libgdal() -> ctypes.CDLL | None:
    library = native.sqlite_from_gdal()
    if library is not None:
        library.spatialite_alloc_connection.restype = ctypes.c_void_p
        library.spatialite_init_ex.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
        library.spatialite_init_ex.restype = None
        library.spatialite_cleanup_ex.argtypes = [ctypes.c_void_p]
        library.spatialite_cleanup_ex.restype = None
    return library
