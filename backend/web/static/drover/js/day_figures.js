// The figures of the day, in the API's numbers.

import { h } from "./dom.js";
import { minutes, share } from "./words.js";

const FIGURES = [
  ["bookings", "Bookings", String],
  ["passengers", "Passengers", String],
  ["refused", "Refused", String],
  ["promises_kept_share", "Promises kept", share],
  ["shared_rides_share", "Rides shared", share],
  ["passengers_per_vehicle_hour", "Passengers per vehicle hour", (value) => value.toFixed(1)],
  ["driven_km", "Driven", (value) => `${Math.round(value)} km`],
  ["mean_detour_s", "Mean detour", minutes],
  ["mean_wait_s", "Mean wait", minutes],
];

export function showFigures(figures) {
  const known = FIGURES.filter(([name]) => figures[name] !== null && figures[name] !== undefined);
  document
    .querySelector("#figures")
    .replaceChildren(...known.map(([name, label, word]) => h("div", { "data-figure": name }, h("dt", {}, label), h("dd", {}, word(figures[name])))));
}
