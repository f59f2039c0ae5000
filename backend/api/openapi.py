"""The OpenAPI document: `openapi.yaml` is committed and served; a test holds it against the code. `make openapi` writes it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from drf_spectacular.generators import SchemaGenerator

PATH = Path(__file__).with_name("openapi.yaml")


def generated() -> dict[str, Any]:
    """The document that the views of now make."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


def as_text(document: dict[str, Any]) -> str:
    """As it is committed: in the order in which it was made, a line for each value."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=130)


@cache
def committed_text() -> str:
    """The committed document as it is written."""
    return PATH.read_text(encoding="utf-8")


@cache
def committed() -> dict[str, Any]:
    """The committed document."""
    found: dict[str, Any] = yaml.load(committed_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found


class _Dumper(yaml.SafeDumper):
    """Without anchors, and texts of several lines as they read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
