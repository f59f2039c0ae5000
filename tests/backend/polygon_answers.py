"""Asks the database of the settings about points in polygons, and prints the answers as JSON. Its tables are its own.

Run in a process of its own for each kind of database: `python -m tests.backend.polygon_answers`.
"""

from __future__ import annotations

import json
import threading

import django

django.setup()

from django.contrib.gis.db import models  # noqa: E402
from django.contrib.gis.geos import GEOSGeometry, Point  # noqa: E402
from django.db import connection  # noqa: E402

# Around Ripon: a triangle, an L, and an area with a hole. No point of the grid lies on an edge, where the two databases differ.
AREAS = {
    "triangle": "POLYGON((-1.601 54.101, -1.401 54.101, -1.503 54.203, -1.601 54.101))",
    "corner": "POLYGON((-1.601 54.101, -1.401 54.101, -1.401 54.131, -1.551 54.131, "
    "-1.551 54.203, -1.601 54.203, -1.601 54.101))",
    "ring": "POLYGON((-1.601 54.101, -1.401 54.101, -1.401 54.203, -1.601 54.203, -1.601 54.101),"
    "(-1.551 54.121, -1.451 54.121, -1.451 54.183, -1.551 54.183, -1.551 54.121))",
}
GRID = [(round(-1.62 + 0.01 * column, 3), round(54.09 + 0.01 * row, 3)) for column in range(24) for row in range(13)]


class PolygonSpot(models.Model):
    at = models.PointField(srid=4326)

    class Meta:
        app_label = "bookings"
        db_table = "polygon_answers_place"


class PolygonArea(models.Model):
    name = models.CharField(max_length=20)
    shape = models.PolygonField(srid=4326)

    class Meta:
        app_label = "bookings"
        db_table = "polygon_answers_area"


def make_tables() -> None:
    connection.prepare_database()
    with connection.schema_editor() as editor:
        editor.create_model(PolygonSpot)
        editor.create_model(PolygonArea)
    PolygonSpot.objects.bulk_create(PolygonSpot(at=Point(lon, lat, srid=4326)) for lon, lat in GRID)
    PolygonArea.objects.bulk_create(PolygonArea(name=name, shape=GEOSGeometry(shape, srid=4326)) for name, shape in AREAS.items())


def answers() -> dict[str, object]:
    inside, touching = {}, {}
    for name, shape in AREAS.items():
        geometry = GEOSGeometry(shape, srid=4326)
        inside[name] = sorted(place.at.coords for place in PolygonSpot.objects.filter(at__within=geometry))
        touching[name] = sorted(PolygonArea.objects.filter(shape__intersects=geometry).values_list("name", flat=True))
    around = [
        sorted(PolygonArea.objects.filter(shape__contains=Point(lon, lat, srid=4326)).values_list("name", flat=True))
        for lon, lat in GRID
    ]
    return {"inside": inside, "touching": touching, "around": around}


def use_many_connections() -> None:
    for _ in range(60):
        connection.ensure_connection()
        connection.close()


def main() -> None:
    make_tables()
    threads = [threading.Thread(target=use_many_connections) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
    print(json.dumps({"database": connection.vendor, **answers()}))


if __name__ == "__main__":
    main()
