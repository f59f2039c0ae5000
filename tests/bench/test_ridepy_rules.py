"""The kernel by ridepy's rules does what they say; the figures beside ridepy are of one and the same decisions."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench import bench_ridepy
from tests.bench.ridepy_rules import ours


def test_of_two_vehicles_the_one_on_its_way_takes_a_second_rider() -> None:
    vehicles, counts = ours.fleet([(0.0, 0.0), (1.0, 1.0)])

    # From (0, 0) to (0.5, 0), a second one along the same line at 0.1: no detour at all, and nobody is later.
    assert ours.answer(vehicles, counts, 8, np.array([0.0, 0.1, 0, 0.5, 0, 0.5, 1.0])) == 0
    assert ours.answer(vehicles, counts, 8, np.array([0.05, 0.2, 0, 0.4, 0, 0.5, 1.0])) == 0
    assert vehicles[0, ours.ARRIVE, 1:5] == pytest.approx([0.1, 0.2, 0.4, 0.5])
    # Neither is at (0.5, 0.9) within 0.3.
    assert ours.answer(vehicles, counts, 8, np.array([0.06, 0.5, 0.9, 0.5, 0, 0.36, 9.0])) == -1
    # At 0.45 two stops lie behind; who wants to be back at 0.2 by then is too late for the others, so the other one goes.
    assert ours.answer(vehicles, counts, 8, np.array([0.45, 0.9, 0.9, 0.2, 0.9, 1.0, 2.0])) == 1
    assert counts.tolist() == [2, 3]


@pytest.mark.peers
@pytest.mark.skipif(not bench_ridepy.has_ridepy(), reason="no ridepy: make bench-peers")
@pytest.mark.parametrize("fleet", [3, 30])
def test_who_is_accepted_is_who_ridepy_accepts(fleet: int) -> None:
    stream = bench_ridepy._stream(fleet, 400)

    _, accepted, _ = bench_ridepy._ours(stream)

    assert accepted == bench_ridepy._theirs(stream)["accepted"]
    assert 0 < len(accepted) < 400
