"""The tables of the test databases: migrated by the first process of a run that needs them, and copied by all others.

A plugin of pytest.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

TABLES = "drover_tables"
"""The database that is copied: empty, with the tables of all migrations."""


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    if fixturedef.argname == "django_db_setup" and connection.vendor == "postgresql":
        with _made_once():
            return (yield)
    return (yield)


def create_database(server: psycopg.Connection, name: str) -> None:
    """A database: with tables where this run has made them, else without, for whoever migrates it next."""
    server.execute(f"CREATE DATABASE {name} TEMPLATE {TABLES if _are_there(server) else 'template1'}")


@contextmanager
def _made_once() -> Generator[None]:
    """Within, Django makes the test database of this process: out of a copy, where another process has left one."""
    address = os.environ["DATABASE_URL"].replace("postgis://", "postgresql://").rsplit("/", 1)[0]
    with psycopg.connect(f"{address}/postgres", autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(1)")  # whoever comes later waits, and then has less to do
        there = _are_there(server)
        if there:
            connection.settings_dict["TEST"]["TEMPLATE"] = TABLES
        yield
        if not there:
            connection.close()  # nobody may be connected to what is copied
            server.execute(f"CREATE DATABASE {TABLES} TEMPLATE {connection.settings_dict['NAME']}")


def _are_there(server: psycopg.Connection) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TABLES]).fetchone() is not None
