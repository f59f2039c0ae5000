"""docker-compose.yml as Docker would read it, to run its commands without Docker."""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent


def read() -> dict[str, Any]:
    """The file, with its anchors merged."""
    compose: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return compose


def filled_in(text: str, variables: dict[str, str]) -> str:
    """`${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `$$`, as Compose reads them. Raises LookupError with the message."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        name, kind, rest = match["name"], match["kind"], match["rest"]
        if variables.get(name):
            return variables[name]
        if kind == ":?":
            raise LookupError(rest)
        return rest or ""

    return re.sub(r"\$\$|\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}", value, text)


def command(service: dict[str, Any], port: int) -> list[str]:
    """What the container runs, on our address."""
    return [_here(filled_in(word, {}), port) for word in service["command"]]


def health_check(service: dict[str, Any], port: int) -> list[str]:
    """What Docker runs to ask for its health."""
    kind, *words = [_here(filled_in(word, {}), port) for word in service["healthcheck"]["test"]]
    return ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words


def environment(service: dict[str, Any], here: dict[str, str]) -> dict[str, str]:
    """The environment of the container, with `here` in place of the addresses that only Docker's network has."""
    given = {"SECRET_KEY": "s" * 50, "POSTGRES_PASSWORD": "secret"}
    declared = {name: filled_in(str(value), given) for name, value in service["environment"].items()}
    programs = str(Path(sys.executable).parent)
    return {"PATH": f"{programs}:{os.environ['PATH']}", "HOSTNAME": socket.gethostname(), **declared, **here}


def _here(word: str, port: int) -> str:
    return word.replace("8000", str(port)).replace("0.0.0.0", "127.0.0.1")
