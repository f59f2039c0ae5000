"""Who takes part: Drover's optimisers through `python -m routing solve`, and the peers that are installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PEERS_PYTHON = ROOT / ".venv" / "peers" / "bin" / "python"

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody else's solver: a module of `routing.bench.peers`, the package it needs, and whose Python has that package."""

    name: str
    module: str
    package: str
    ours: bool = False
    """Whether the package is among Drover's own dependencies."""


PEERS = {
    peer.name: peer
    for peer in (
        Peer("ortools-ils", "ortools_ils", "ortools", ours=True),
        Peer("ortools-gls", "ortools_gls", "ortools", ours=True),
        Peer("vroom", "vroom", "pyvroom"),
        Peer("pyvrp", "pyvrp", "pyvrp"),
        Peer("vrp-cli", "vrp_cli", "vrp-cli"),
        Peer("commiv", "commiv", "commiv"),
    )
}


@dataclass(frozen=True, slots=True)
class Contender:
    """A column of the tables. `peer` is None for an optimiser of Drover's, which `solve` knows by its name."""

    name: str
    version: str
    python: Path
    peer: Peer | None = None

    def command(self, instance: Path, task: Path, solution: Path, seconds: float, seed: int) -> list[str]:
        """What to run: an optimiser reads `instance`, a peer `task`; both write `solution`."""
        if self.peer is not None:
            return [str(self.python), "-m", f"routing.bench.peers.{self.peer.module}", str(task), str(solution)]
        limits = ["--seconds", f"{seconds:g}", "--seed", str(seed), "--optimiser", self.name, "--output", str(solution)]
        return [str(self.python), "-m", "routing", "solve", str(instance), *limits]


def environment() -> dict[str, str]:
    """One thread, and the checkout on the path of whatever Python runs."""
    return {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT)}


def ours(names: Sequence[str]) -> list[Contender]:
    return [Contender(name, "this checkout", Path(sys.executable)) for name in names]


def installed(peers: Sequence[Peer], python: Path) -> tuple[list[Contender], list[str]]:
    """The peers that can be run, and a line for each that can't: what is missing and how to get it."""
    here, there = _versions(Path(sys.executable), peers), _versions(python, peers)
    found, missing = [], []
    for peer in peers:
        version = (here if peer.ours else there).get(peer.package)
        if version is None:
            missing.append(f"{peer.name} is not installed and takes no part: `make bench-peers` installs it")
        else:
            found.append(Contender(peer.name, f"{peer.package} {version}", Path(sys.executable) if peer.ours else python, peer))
    return found, missing


def _versions(python: Path, peers: Sequence[Peer]) -> dict[str, str]:
    """The versions of the peers' packages that a Python has; none where there is no such Python."""
    ask = (
        "import json, sys; from importlib.metadata import distributions as all; "
        "print(json.dumps({each.name: each.version for each in all() if each.name in sys.argv[1:]}))"
    )
    packages = [peer.package for peer in peers]
    try:
        run = subprocess.run([python, "-c", ask, *packages], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return {}
    versions: dict[str, str] = json.loads(run.stdout)
    return versions
