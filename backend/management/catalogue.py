"""The catalogues of translations: what there is to translate, collected from the code; .po files; .mo files made of them.

Done here and not by GNU gettext, so that nothing needs to be installed for it. A .mo file is what Python and Django read; it's
committed beside its .po, and a test makes sure that it was made of it.
"""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

SPOKEN_IN = ("bookings", "backend")
"""Folders with sentences that people read in their own language."""

MAKERS = {
    "phrase": "",
    "worded": "",
    "_": "",
    "ProblemType": "",
    "dated": "date",
    "standing": "status",
    "deed": "deed",
    "because": "refund",
}
"""What sentences are written as arguments of, and the context that it gives them."""

PLACES = {"ProblemType": 2}
"""Which argument the sentence is, where it isn't the first."""

_SEPARATOR = "\x04"  # between context and sentence, in a .mo file


class Sentence(NamedTuple):
    context: str
    text: str


def sentences(root: Path) -> dict[Sentence, list[str]]:
    """Everything that is to be translated, with the files in which it stands, in order."""
    found: dict[Sentence, list[str]] = {}
    for folder in SPOKEN_IN:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for sentence in _in_code(path.read_text(encoding="utf-8")):
                files = found.setdefault(sentence, [])
                if (name := path.relative_to(root).as_posix()) not in files:
                    files.append(name)
    return found


def _in_code(code: str) -> Iterator[Sentence]:
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        place = PLACES.get(name, 0)
        if name in MAKERS and len(call.args) > place:
            said = call.args[place]
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield Sentence(MAKERS[name], said.value)


def read_po(text: str) -> dict[Sentence, str]:
    """The translations of a .po file; its head is that of the empty sentence."""
    found: dict[Sentence, str] = {}
    fields: dict[str, str] = {}
    name = ""
    for line in [*text.splitlines(), ""]:
        word, _, rest = line.partition(" ")
        if word in ("msgctxt", "msgid", "msgstr"):
            name, fields[word] = word, ast.literal_eval(rest)
        elif line.startswith('"'):
            fields[name] += ast.literal_eval(line)
        elif not line and "msgid" in fields:
            found[Sentence(fields.get("msgctxt", ""), fields["msgid"])] = fields["msgstr"]
            fields = {}
    return found


def write_po(known: Mapping[Sentence, str], wanted: Mapping[Sentence, list[str]]) -> str:
    """A .po file of what is wanted, with the translations that are known, and none where they aren't."""
    head = Sentence("", "")
    parts = ['msgid ""\nmsgstr ""\n' + "".join(f"{_quoted(line)}\n" for line in known.get(head, "").splitlines(keepends=True))]
    for sentence, files in wanted.items():
        lines = [f"#: {' '.join(files)}"]
        if "{" in sentence.text:
            lines.append("#, python-brace-format")
        if sentence.context:
            lines.append(f"msgctxt {_quoted(sentence.context)}")
        lines += [f"msgid {_quoted(sentence.text)}", f"msgstr {_quoted(known.get(sentence, ''))}"]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def mo(known: Mapping[Sentence, str]) -> bytes:
    """The .mo file of these translations, as GNU gettext has it: two sorted tables of lengths and places, then the texts."""
    pairs = sorted((_key(sentence).encode(), told.encode()) for sentence, told in known.items() if told)
    tables, texts = [bytearray(), bytearray()], bytearray()
    begins = 7 * 4 + 2 * 8 * len(pairs)
    for column, table in enumerate(tables):
        for pair in pairs:
            table += struct.pack("<II", len(pair[column]), begins + len(texts))
            texts += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 7 * 4, 7 * 4 + 8 * len(pairs), 0, 0)
    return head + bytes(tables[0] + tables[1]) + bytes(texts)


def _key(sentence: Sentence) -> str:
    return f"{sentence.context}{_SEPARATOR}{sentence.text}" if sentence.context else sentence.text
