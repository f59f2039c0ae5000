"""Run by the Python that has ridepy: `theirs.py STREAM.json`; prints as JSON how long each answer took and what was accepted.

Only `handle_transportation_request` is timed: driving on to the time of the request is not.
"""

from __future__ import annotations

import json
import sys
import warnings
from time import perf_counter

from ridepy.data_structures_cython import TransportationRequest
from ridepy.fleet_state import SlowSimpleFleetState
from ridepy.util.dispatchers_cython import BruteForceTotalTravelTimeMinimizingDispatcher
from ridepy.util.spaces_cython import Euclidean2D
from ridepy.vehicle_state_cython import VehicleState

warnings.simplefilter("ignore")


class Timed(SlowSimpleFleetState):
    taken: list[float] = []

    def handle_transportation_request(self, req: TransportationRequest) -> dict[str, object]:
        begun = perf_counter()
        event = super().handle_transportation_request(req)
        self.taken.append(perf_counter() - begun)
        return event  # type: ignore[no-any-return]


def main(path: str) -> None:
    with open(path) as file:
        stream = json.load(file)
    space = Euclidean2D(coord_range=[(0, 1), (0, 1)])
    fleet = Timed(
        initial_locations={number: tuple(place) for number, place in enumerate(stream["vehicles"])},
        space=space,
        dispatcher=BruteForceTotalTravelTimeMinimizingDispatcher(loc_type=space.loc_type),
        seat_capacities=stream["seats"],
        vehicle_state_class=VehicleState,
    )
    requests = (
        TransportationRequest(number, at, (x, y), (u, v), at, pickup_latest, at, dropoff_latest)
        for number, (at, x, y, u, v, pickup_latest, dropoff_latest) in enumerate(stream["requests"])
    )
    accepted = [e["request_id"] for e in fleet.simulate(requests) if e["event_type"] == "RequestAcceptanceEvent"]
    print(json.dumps({"taken": Timed.taken, "accepted": accepted}))


if __name__ == "__main__":
    main(sys.argv[1])
