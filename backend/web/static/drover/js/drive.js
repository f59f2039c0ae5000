// A driver's shifts, the coming ones first.

import { get } from "./api.js";
import { h } from "./dom.js";
import { clock } from "./words.js";

const place = document.querySelector("#shifts");
const message = document.querySelector("#message");
const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });

function list(title, shifts) {
  if (!shifts.length) return [];
  return [h("h2", {}, title), h("ul", { class: "entries" }, shifts.map(entry))];
}

function entry(shift) {
  return h("li", {},
    h("div", {},
      h("h3", {}, h("span", { class: "when" }, `${clock(shift.starts)}–${clock(shift.ends)}`), ` ${shift.name}`),
      h("p", {}, `${day.format(new Date(`${shift.service_date}T12:00Z`))} · ${shift.vehicle.name} ${shift.vehicle.registration}`)),
    h("a", { class: "button main", href: `/shifts/${shift.id}/manifest/` }, "Open manifest", h("span", { class: "visually-hidden" }, ` of ${shift.name}, ${shift.service_date}`)));
}

try {
  const { results } = await get("shifts?limit=200");
  const shifts = results.reverse();
  const now = Date.now();
  const coming = shifts.filter((shift) => Date.parse(shift.ends) >= now);
  const past = shifts.filter((shift) => Date.parse(shift.ends) < now).reverse();
  place.replaceChildren(...list("Now and next", coming), ...list("Before", past));
  message.hidden = shifts.length > 0;
  message.textContent = "No shift is given to you yet.";
} catch (problem) {
  message.className = "notice bad";
  message.textContent = problem.status === 403 ? "You are not signed in as a driver." : `Your shifts could not be fetched: ${problem.message} Load the page again.`;
}
