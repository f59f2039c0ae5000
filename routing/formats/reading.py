"""Reading an instance, whatever its format: what is in the file tells."""

from __future__ import annotations

from pathlib import Path

from routing.formats.cordeau import read_cordeau
from routing.formats.instance import Instance
from routing.formats.li_lim import read_li_lim
from routing.formats.lines import BadInstance, read_lines
from routing.formats.sartori_buriol import read_sartori_buriol
from routing.formats.scaled import TooLarge, problem_of, scale_of


def read_instance(path: Path | str) -> Instance:
    """An instance by Cordeau (dial-a-ride), Li & Lim or Sartori & Buriol. Raises BadInstance."""
    path = Path(path)
    lines = read_lines(path)
    first = lines[0]
    if first.words[0].endswith(":"):
        stated = read_sartori_buriol(lines)
    elif len(first.words) == 5:
        stated = read_cordeau(lines)
    elif len(first.words) == 3:
        stated = read_li_lim(lines)
    else:
        raise first.bad(
            f"no format that is known here begins with {len(first.words)} words. Expected are 5 numbers (Cordeau's dial-a-ride: "
            "vehicles, requests, duration, capacity, ride), 3 numbers (Li & Lim: vehicles, capacity, speed), or 'NAME: ...' "
            "(Sartori & Buriol)."
        )
    if not stated.pairs:
        raise lines[-1].bad("the file ends without a request: get it whole.")
    try:
        scale = scale_of(stated)
    except TooLarge as problem:
        raise BadInstance(path, None, f"{problem}: choose a larger unit of time.") from None
    return Instance(path.stem, stated, problem_of(stated, scale), scale)
