"""The built-in database: SpatiaLite out of a wheel, with the same answers about polygons as PostGIS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.servers.embedded import put_database

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*command: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
    )


def ask_about_polygons(**environment: str) -> dict[str, Any]:
    asked = run("-m", "tests.backend.polygon_answers", **environment)
    assert asked.returncode == 0, asked.stderr
    answer: dict[str, Any] = json.loads(asked.stdout.splitlines()[-1])
    return answer


def test_points_are_found_in_polygons_after_hundreds_of_connections(tmp_path: Path) -> None:
    answer = ask_about_polygons(DATABASE_URL="", DROVER_DATA=str(tmp_path))

    assert answer["database"] == "sqlite"
    assert [-1.5, 54.11] in answer["inside"]["triangle"]
    assert [-1.5, 54.11] in answer["inside"]["ring"]
    assert [-1.5, 54.15] not in answer["inside"]["ring"]  # in its hole
    assert [-1.45, 54.19] not in answer["inside"]["corner"]
    assert answer["touching"]["triangle"] == ["corner", "ring", "triangle"]


@pytest.mark.postgres
def test_postgis_gives_the_same_answers(tmp_path: Path) -> None:
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address.replace("postgis://", "postgresql://"), autocommit=True) as server:
        server.execute("CREATE DATABASE polygon_answers")
    try:
        postgis = ask_about_polygons(DATABASE_URL=address.rsplit("/", 1)[0] + "/polygon_answers")
    finally:
        with psycopg.connect(address.replace("postgis://", "postgresql://"), autocommit=True) as server:
            server.execute("DROP DATABASE polygon_answers WITH (FORCE)")
    spatialite = ask_about_polygons(DATABASE_URL="", DROVER_DATA=str(tmp_path))

    assert postgis.pop("database") == "postgresql"
    assert spatialite.pop("database") == "sqlite"
    assert spatialite == postgis


def test_a_python_that_cannot_take_spatialite_is_told_what_to_do(tmp_path: Path) -> None:
    # sqlite3 before the settings: from then on it's bound to the system's SQLite, which here is kept from loading extensions.
    story = """
import sqlite3, django
django.setup()
from django.db import connection
class Plain(sqlite3.Connection):
    def enable_load_extension(self, enabled):
        raise AttributeError
connection.get_connection_params()
connection.settings_dict["OPTIONS"]["factory"] = Plain
connection.ensure_connection()
"""
    refused = run("-c", story, DATABASE_URL="", DROVER_DATA=str(tmp_path))

    assert refused.returncode != 0
    assert "docker compose up" in refused.stderr.splitlines()[-1]
    assert "DATABASE_URL" in refused.stderr.splitlines()[-1]


def test_the_rest_of_the_stack_works_beside_the_global_libgdal(tmp_path: Path) -> None:
    # libgdal brings its own OpenSSL, zlib and GEOS into everybody's reach.
    story = """
import django
django.setup()
import hashlib, ssl, zlib
import numpy, osmium, psycopg, shapely
from ortools.constraint_solver import pywrapcp
from django.contrib.gis.geos import Point
from django.contrib.gis.gdal import OGRGeometry
ssl.create_default_context()
assert zlib.decompress(zlib.compress(b"drover" * 99)) == b"drover" * 99
assert hashlib.sha256(b"").hexdigest().startswith("e3b0c442")
assert shapely.Point(0, 0).buffer(1).area > 3
assert shapely.geos_version_string and Point(0, 0).buffer(1).area > 3
assert OGRGeometry("POINT(1 2)").x == 1
manager = pywrapcp.RoutingIndexManager(3, 1, 0)
routing = pywrapcp.RoutingModel(manager)
routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitCallback(lambda a, b: abs(a - b)))
assert routing.Solve().ObjectiveValue() == 3
"""
    worked = run("-c", story, DATABASE_URL="", DROVER_DATA=str(tmp_path))

    assert worked.returncode == 0, worked.stderr


def test_a_transaction_that_reads_first_waits_for_another_writer(tmp_path: Path) -> None:
    story = """
import threading, time, django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction

call_command("migrate", "auth", verbosity=0)
User.objects.create(username="count", first_name="0")

def count_up():
    for _ in range(20):
        with transaction.atomic():
            row = User.objects.get(username="count")
            row.first_name = str(int(row.first_name) + 1)
            row.save()
    connection.close()

threads = [threading.Thread(target=count_up) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
with connection.cursor() as cursor:
    print(cursor.execute("PRAGMA journal_mode").fetchone()[0], cursor.execute("PRAGMA foreign_keys").fetchone()[0])
print(User.objects.get().first_name)
"""
    counted = run("-c", story, DATABASE_URL="", DROVER_DATA=str(tmp_path))

    assert counted.returncode == 0, counted.stderr
    assert counted.stdout.split() == ["wal", "1", "80"]


def test_tokens_are_counted_there_as_on_postgresql(tmp_path: Path) -> None:
    story = """
import threading, django
django.setup()
from datetime import UTC, datetime, timedelta
from django.db import connection
from bookings.actions.sweep_keys import sweep_keys
from bookings.actions.take_token import TooMany, take_token
from bookings.models import Bucket

at, taken = datetime(2027, 6, 7, tzinfo=UTC), []

def take(now=at):
    for _ in range(5):
        try:
            taken.append(take_token("ann", most=10, period_s=60, now=now))
        except TooMany as error:
            taken.append(-error.wait_s)
    connection.close()

threads = [threading.Thread(target=take) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert sorted(taken) == [-6] * 10 + list(range(10)), taken
take(at + timedelta(seconds=12))
assert taken[20:] == [1, 0, -6, -6, -6], taken
sweep_keys(answered_before=at, now=at + timedelta(seconds=71))
assert Bucket.objects.exists()
sweep_keys(answered_before=at, now=at + timedelta(seconds=72))
assert not Bucket.objects.exists()
"""
    counted = run("-c", story, DATABASE_URL="", DROVER_DATA=str(put_database(tmp_path)))

    assert counted.returncode == 0, counted.stderr
