"""By which ways a passenger can be reached, and which of them are tried for what."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.conf import settings

from bookings.models import Device, Message, MessageChannel, Passenger
from bookings.phones import find_number, takes_text
from bookings.telling import Kind


class Way(NamedTuple):
    """An address of somebody; `device` where it's one of those."""

    channel: str
    to: str
    device: Device | None = None


def ways_of(passenger: Passenger) -> Iterator[list[Way]]:
    """Channel by channel, the preferred one first: the addresses there, which are several only for devices."""
    order = sorted(MessageChannel, key=lambda channel: channel != passenger.preferred_channel)
    for channel in order:
        if found := list(_ways(passenger, channel)):
            yield found


def choose(passenger: Passenger, kind: Kind, usable: Collection[str], but: Collection[str] = ()) -> list[Way]:
    """The addresses to try first, of one channel that is usable and not among `but`; none where there are none.

    Somebody who has opted out of a topic in one channel, and not in another, is told in the other. What has to be told is told.
    """
    for ways in ways_of(passenger):
        channel = ways[0].channel
        if channel in usable and channel not in but and not (kind.topic and passenger.has_opted_out(channel, kind.topic)):
            return ways
    return []


def find_way(message: Message) -> Way | None:
    """The address of a message as it is by now: numbers are corrected, devices taken back."""
    found = _ways(message.passenger, MessageChannel(message.channel))
    return next((way for way in found if way.device is None or way.device.pk == message.device_id), None)


def _ways(passenger: Passenger, channel: MessageChannel) -> Iterator[Way]:
    if channel is MessageChannel.SMS:
        number = find_number(passenger.phone, settings.MESSAGES.country_code)
        if number and takes_text(number):
            yield Way(channel.value, number)
    elif channel is MessageChannel.EMAIL:
        if passenger.email:
            yield Way(channel.value, passenger.email)
    else:
        yield from (Way(channel.value, device.endpoint, device) for device in passenger.devices.all())
