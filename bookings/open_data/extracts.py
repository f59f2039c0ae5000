"""A quick look at an OpenStreetMap extract: whether it is one, and whether it is all there. Nothing is unpacked.

A .osm.pbf is blocks, each with the length of its header, the header, and what that says comes after
(https://wiki.openstreetmap.org/wiki/PBF_Format). One that is cut between two blocks can't be told from a smaller one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bookings.files import BadFile, packed, unread

ENDINGS = (".osm.pbf", ".osm")
LONGEST_HEADER, LONGEST_BLOCK = 64 * 1024, 32 * 1024 * 1024
"""Bytes that the format allows."""
KINDS = ("OSMHeader", "OSMData")
KIND, SIZE = 1 << 3 | 2, 3 << 3
"""The fields of a header of a block that count, as protobuf tags them: a text and a number."""
AGAIN = "is it whole? Fetch the extract again"


def check_extract(path: Path) -> None:
    """Raises BadFile for what is no extract, or breaks off."""
    if not path.name.endswith(ENDINGS):
        raise BadFile(path, "its name", f"give an OpenStreetMap extract that ends in {' or '.join(ENDINGS)}")
    try:
        with path.open("rb") as file:
            start = file.read(64)
            if what := packed(start):
                raise BadFile(path, "the file", f"it is {what}: unpack it, and give what is in it")
            (_check_xml if path.name.endswith(".osm") else _check_blocks)(path, file, start)
    except OSError as error:
        raise unread(path, error) from None


def _check_xml(path: Path, file: BinaryIO, start: bytes) -> None:
    if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise BadFile(path, "the file", "it is no XML: is it a .osm.pbf?")
    file.seek(max(0, path.stat().st_size - 64))
    if b"</osm>" not in file.read():
        raise BadFile(path, "the file", f"it does not end with </osm>: {AGAIN}")


def _check_blocks(path: Path, file: BinaryIO, start: bytes) -> None:
    if start.lstrip().startswith(b"<"):
        raise BadFile(path, "the file", "it is XML: give it a name that ends in .osm")
    file.seek(0)
    kinds = list(_blocks(path, file))
    if not kinds or kinds[0] != "OSMHeader":
        raise BadFile(path, "the file", f"it does not begin as an OpenStreetMap extract does: {AGAIN}")
    if "OSMData" not in kinds:
        raise BadFile(path, "the file", f"there is nothing in it: {AGAIN}")


def _blocks(path: Path, file: BinaryIO) -> Iterator[str]:
    """The kind of each block. Raises BadFile where one breaks off."""
    end, number = path.stat().st_size, 0
    while file.tell() < end:
        number += 1
        length = int.from_bytes(file.read(4), "big")
        kind, size = _header(file.read(length)) if length <= LONGEST_HEADER else ("", 0)
        if kind not in KINDS:
            raise BadFile(path, f"block {number}", f"it is no block of OpenStreetMap data: {AGAIN}")
        if size > LONGEST_BLOCK or file.tell() + size > end:
            raise BadFile(path, f"block {number}", f"the file breaks off in it: {AGAIN}")
        file.seek(size, 1)
        yield kind


def _header(data: bytes) -> tuple[str, int]:
    """Kind and size of a block; no kind where it is no header."""
    kind, size, at = "", 0, 0
    try:
        while at < len(data):
            tag, at = _varint(data, at)
            value, at = _varint(data, at)
            if tag == SIZE:
                size = value
            elif tag & 7 == 2:  # bytes, of which this was the length
                kind = data[at : at + value].decode("ascii") if tag == KIND else kind
                at += value
    except (IndexError, UnicodeDecodeError):
        return "", 0
    return kind, size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if not byte & 0x80:
            return value, at
