"""What rules say of either end of a journey: whole sentences for each, as languages turn them in different ways."""

from __future__ import annotations

from bookings.words import Words, phrase

OUTSIDE: dict[str, Words] = {
    "origin": phrase("The origin is outside the area of {service}. Choose a place inside it."),
    "destination": phrase("The destination is outside the area of {service}. Choose a place inside it."),
}
NO_STOP: dict[str, Words] = {
    "origin": phrase("There is no stop within {limit} m on foot of the origin. Choose a place nearer to a stop."),
    "destination": phrase("There is no stop within {limit} m on foot of the destination. Choose a place nearer to a stop."),
}
NO_OTHER_STOP: dict[str, Words] = {
    "origin": phrase("There is no other stop within {limit} m on foot of the origin. Choose a place nearer to another stop."),
    "destination": phrase(
        "There is no other stop within {limit} m on foot of the destination. Choose a place nearer to another stop."
    ),
}
NO_WAY: dict[str, Words] = {
    "origin": phrase(
        "No vehicle of {service} gets to the origin by road. "
        "Choose a place beside a road, or ask to be fetched and brought at stops."
    ),
    "destination": phrase(
        "No vehicle of {service} gets to the destination by road. "
        "Choose a place beside a road, or ask to be fetched and brought at stops."
    ),
}
