"""What can be asked. Nothing is written here; `now` is passed in."""

from bookings.queries.audits import list_audit
from bookings.queries.boards import BoardBooking, BoardShift, DayBoard, day_board
from bookings.queries.directions import Directions, NoSuchCall, directions
from bookings.queries.doers import Side, doers, know_doers, name_of, side_of, with_doers
from bookings.queries.exports import SECTIONS, export
from bookings.queries.figures import Kpis, kpis
from bookings.queries.journeys import Journey, find_journey
from bookings.queries.leeway import ToldLeeway, leeway_for_passenger, leeway_for_staff
from bookings.queries.manifests import Manifest, ManifestPassenger, StopCall, manifest
from bookings.queries.money_faults import MoneyTotals, list_money_faults, money_totals
from bookings.queries.passengers import TooVague, find_passengers
from bookings.queries.places import FoundPlace, Serving, find_places
from bookings.queries.rows import Place, Row
from bookings.queries.sign_in import find_language_of_ticket
from bookings.queries.statements import Statement, StatementLine, statement
from bookings.queries.turned_away import TurnedAway, turned_away
from bookings.queries.untold import list_unreached, list_untold
from bookings.queries.visible import list_bookings, list_duties, list_refusals, list_series, list_shifts, list_waiting, with_links
from bookings.queries.ways import Leg, WayAhead, way_ahead

__all__ = [
    "SECTIONS",
    "BoardBooking",
    "BoardShift",
    "DayBoard",
    "Directions",
    "FoundPlace",
    "Journey",
    "Kpis",
    "Leg",
    "Manifest",
    "ManifestPassenger",
    "MoneyTotals",
    "NoSuchCall",
    "Place",
    "Row",
    "Serving",
    "Side",
    "Statement",
    "StatementLine",
    "StopCall",
    "ToldLeeway",
    "TooVague",
    "TurnedAway",
    "WayAhead",
    "day_board",
    "directions",
    "doers",
    "export",
    "find_journey",
    "find_language_of_ticket",
    "find_passengers",
    "find_places",
    "know_doers",
    "kpis",
    "leeway_for_passenger",
    "leeway_for_staff",
    "list_audit",
    "list_bookings",
    "list_duties",
    "list_money_faults",
    "list_refusals",
    "list_series",
    "list_shifts",
    "list_unreached",
    "list_untold",
    "list_waiting",
    "manifest",
    "money_totals",
    "name_of",
    "side_of",
    "statement",
    "turned_away",
    "way_ahead",
    "with_doers",
    "with_links",
]
