"""What rules say of either end of a journey, in whole sentences for each as languages turn them differently; and what binds."""

from __future__ import annotations

from bookings.words import Words, phrase
from routing.relaxing import Constraint

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
SENTENCES = {
    Constraint.NO_WAY: phrase("No road leads there."),
    Constraint.WHEELCHAIR: phrase("No wheelchair place is free at that time."),
    Constraint.SEATS: phrase("Not enough seats are free at that time."),
    Constraint.IN_THE_WAY: phrase("People who board later would be in the way of those who alight first."),
    Constraint.BREAK: phrase("The driver has a break at that time."),
    Constraint.DETOUR: phrase("The detour would be too long for the people on board."),
    Constraint.SHIFT: phrase("No driver's shift leaves time for it."),
    Constraint.BUSY: phrase("All vehicles are promised to other passengers at that time."),
    Constraint.TOO_FAR: phrase("No vehicle can be there in time."),
}
"""What `routing` says of each constraint, in words that are translated."""
