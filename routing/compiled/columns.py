"""What the kernels know of a route, as numbers.

`visits` is an array of int64 with a row for each of the names under VISITS and a column per visit; `route` is a vector of int64
with an element for each name under ROUTE, then the layouts of the vehicle, seats and wheelchairs by turns. A request to insert
is a vector `ask`, what an insertion comes to is a vector `found`. Times are in seconds, places are indices into the matrix of
travel times.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Seconds = NDArray[np.int32]

UNKNOWN = -(2**62)
"""Not observed; of no ride."""
NEVER = 2**62
"""More than any cost or time."""

# VISITS, of visit k, as stated
TARGET, SERVICE, EARLIEST, LATEST = range(4)
PEOPLE, SEATS, WHEELCHAIRS, PAUSE = range(4, 8)
"""People whose lateness counts; what the visit changes on board; 1 for a break."""
BOARDED_AT, RIDE_LIMIT, ALIGHTING = range(8, 11)
"""Of an alighting: the visit at which they boarded or -1, the longest ride, the people."""
TURN = 11
"""1 for a boarding, -1 for the alighting of somebody on board, else 0."""
STATED = 12
SEEN, SEEN_ARRIVE, SEEN_BEGIN, SEEN_DEPART = range(12, 16)
"""1 for a visit that something was reported of; observed times, or UNKNOWN."""
# VISITS, of visit k, as worked out
ARRIVE, BEGIN, DEPART = range(16, 19)
"""As early as can be; limits to rides and to the shift are not looked at."""
DEADLINE = 19
"""The latest begin that makes nothing new or worse: the end of the window, or what is missed already."""
TIMED_BEGIN, RIDE_TAKEN = range(20, 22)
"""As `schedule` has it: the begin, and of an alighting the ride."""
RIDE_ORDER = 22
"""The alightings of rides, by their boardings, the last first. Fills the first ROUTE[RIDES] columns."""

# VISITS, of the way to visit k; the last one leads home, so these rows have one more element
ORIGIN, LEG, FREE_AT, LATEST_ARRIVAL = range(23, 27)
"""Where from, how long, since when the vehicle is free, when it has to arrive so that nothing after it is later than it may."""
ABOARD_SEATS, ABOARD_WHEELCHAIRS, OVER = range(27, 30)
"""What is on board, and by how much that is more than any layout holds."""
CROSSING, LEAST_CHANGE = range(30, 32)
"""People on board whose ride counts; how far an insertion here could shrink person-seconds on board (0 or less)."""
EMPTY_SINCE, RIDES_FROM = range(32, 34)
"""The last visit up to k before which no ride is under way, 0 where the duration is limited; where in RIDE_ORDER those begin that
board before visit k."""
VISIT_ROWS = 34

# ROUTE, as stated
VISITS, FROZEN, NOW, LEAVES, WINDOW_END, MAX_DURATION, NESTED, LAYOUTS = range(8)
"""NESTED is 1 where who boards last alights first; LAYOUTS is how many layouts follow."""
ROUTE_STATED = 8
# ROUTE, as worked out
FIRST, FIRST_OPEN, DONE, FIRST_SEEN, RIDES = range(8, 13)
"""The first visit that anything may be put before, the first one after all observed, how many are over, the first observed."""
ENDS, LATEST_END, LONGEST = range(13, 16)
"""Back at; the latest and the longest that are not worse than it stands."""
LEGS, DRIVEN, LATE, SERVES, TOTAL_PEOPLE, LOST = range(16, 22)
"""All legs; those that count, none for a route without visits; person-seconds late; 1 where it serves anybody; its people;
1 where a leg has no way."""
ROUTE_FACTS = 22

# ASK
PICKUP, DROPOFF, PICKUP_EARLIEST, PICKUP_LATEST, DROPOFF_EARLIEST, DROPOFF_LATEST = range(6)
ASK_SEATS, ASK_WHEELCHAIRS, MAX_RIDE, BOARDING_S, ALIGHTING_S, SHORTCUT = range(6, 12)
"""SHORTCUT: how much sooner than on its way a vehicle could be anywhere by calling at the drop-off; 0 or so on roads."""
ASK_FACTS = 12

# FOUND
ADDED, RANK, UP, DOWN, DETOUR, PICKUP_BEGIN, PICKUP_DEPART, DROPOFF_BEGIN = range(8)
"""The cost added, which route, before which of its visits to board and to alight, seconds driven more, times of both."""
FOUND_FACTS = 8

# PRICES
DRIVING, RIDING, LATENESS, SHIFT = range(4)
