"""The lines of a fare as people read them."""

from __future__ import annotations

from bookings.fares.quoting import Line

PEOPLE = {
    "adult": ("adult", "adults"),
    "child": ("child", "children"),
    "under5": ("child under 5", "children under 5"),
    "concession": ("pass holder", "pass holders"),
    "companion": ("companion", "companions"),
}
RULES = {
    "england": "free with an English pass at this time",
    "wales": "free with a Welsh pass",
    "free": "free at this time",
    "except": "at this time",
    "as_adult": "as adults pay",
}
CAPS = {"day": "No more is to pay for that day", "week": "No more is to pay for that week"}


def say_line(line: Line) -> str:
    """One part of a fare, without its sum: `2 adults at £2.00`."""
    if line.kind == "cap":
        return CAPS[line.rule]
    if line.kind == "part":
        return "Part of the fare"
    if line.kind == "refund":
        return f"Given back: {line.name}"
    if line.kind == "promotion":
        return line.name
    people = f"{line.count} {PEOPLE[line.band][line.count != 1]}"
    price = f"at {say_pence(line.each_pence)}" if line.each_pence else "free"
    rule = RULES.get(line.rule, "")
    if not line.each_pence and rule.startswith("free"):
        return f"{people}, {rule}"
    return f"{people} {price}{f', {rule}' if rule else ''}"


def say_pence(pence: int) -> str:
    """`£2.00`; with a minus sign before the pound sign where it's owed the other way."""
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100}.{abs(pence) % 100:02}"
