"""The lines of a fare as people read them."""

from __future__ import annotations

from bookings.fares.quoting import Line
from bookings.words import Words, because, phrase, worded

PEOPLE = {
    "adult": (phrase("{count} adult"), phrase("{count} adults")),
    "child": (phrase("{count} child"), phrase("{count} children")),
    "under5": (phrase("{count} child under 5"), phrase("{count} children under 5")),
    "concession": (phrase("{count} pass holder"), phrase("{count} pass holders")),
    "companion": (phrase("{count} companion"), phrase("{count} companions")),
}
FREE = {
    "england": phrase("{people}, free with an English pass at this time"),
    "wales": phrase("{people}, free with a Welsh pass"),
    "free": phrase("{people}, free at this time"),
    "except": phrase("{people} free, at this time"),
    "as_adult": phrase("{people} free, as adults pay"),
    "": phrase("{people} free"),
}
AT_A_PRICE = {
    "england": phrase("{people} at {price}, free with an English pass at this time"),
    "wales": phrase("{people} at {price}, free with a Welsh pass"),
    "free": phrase("{people} at {price}, free at this time"),
    "except": phrase("{people} at {price}, at this time"),
    "as_adult": phrase("{people} at {price}, as adults pay"),
    "": phrase("{people} at {price}"),
}
CAPS = {"day": phrase("No more is to pay for that day"), "week": phrase("No more is to pay for that week")}
REASONS = {
    reason.text: reason
    for reason in (
        because("cancelled"),
        because("changed to a cheaper journey"),
        because("it came too late"),
        because("the vehicle came too late"),
        because("it was no fault of the passenger's"),
    )
}
"""Why money was given back, as it's kept; see `bookings.money`."""


def say_line(line: Line) -> str:
    """One part of a fare, without its sum, in the language that is spoken: `2 adults at £2.00`."""
    if line.kind == "cap":
        return str(CAPS[line.rule])
    if line.kind == "recapped":
        return worded("Other journeys that count towards a cap have changed")
    if line.kind == "part":
        return worded("Part of the fare")
    if line.kind == "refund":
        return worded("Given back: {why}", why=REASONS.get(line.name, line.name))
    if line.kind == "promotion":
        return line.name
    return str(_band(line))


def _band(line: Line) -> Words:
    people = PEOPLE[line.band][line.count != 1].with_values(count=line.count)
    if not line.each_pence:
        return FREE.get(line.rule, FREE[""]).with_values(people=people)
    return AT_A_PRICE.get(line.rule, AT_A_PRICE[""]).with_values(people=people, price=say_pence(line.each_pence))


def say_pence(pence: int) -> str:
    """`£2.00`; with a minus sign before the pound sign where it's owed the other way."""
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100}.{abs(pence) % 100:02}"
