// The day's calls as the pages show them: the visits that share a number are one stop of the bus.

const SAME_DEG = 2e-6;

/** [{number, place, position, calls, arrive, begin, depart}], in the order of the shift. */
export function stopCalls(shift) {
  const stops = new Map();
  for (const call of shift.calls) {
    const { number, place, position, arrive, begin } = call;
    const known = stops.get(number) ?? { number, place, position, arrive, begin, calls: [] };
    known.calls.push(call);
    known.depart = call.depart;
    stops.set(number, known);
  }
  return [...stops.values()];
}

/** reference -> {shift, board, alight} for every booking that a shift carries; a party that was not there has `missed`. */
export function ridesOf(day) {
  const rides = new Map();
  for (const shift of day.shifts) {
    for (const call of shift.calls) rides.set(call.booking, { ...rides.get(call.booking), shift, [call.action]: call });
  }
  return rides;
}

/** Where a booking gets on and off, or undefined where no shift carries it. */
export const rideOf = (day, reference) => ridesOf(day).get(reference);

/** The part of a shift's line that a booking rides: the line reaches the stops in the order of the calls. Empty if it does not. */
export function linePart({ shift, board, alight }) {
  const line = shift.path?.coordinates ?? [];
  const reached = new Map();
  let at = 0;
  for (const call of shift.calls) {
    const [lon, lat] = call.position.coordinates;
    at = line.findIndex((point, index) => index >= at && Math.abs(point[0] - lon) < SAME_DEG && Math.abs(point[1] - lat) < SAME_DEG);
    if (at < 0) return [];
    reached.set(call, at);
  }
  return board && alight ? line.slice(reached.get(board), reached.get(alight) + 1) : [];
}
