// The bookings of the day: search, filter, select; the selected one shows what was promised and what is planned.

import { h, icon } from "./dom.js";
import { ridesOf } from "./stop_calls.js";
import { look } from "./shift_look.js";
import { clock, instant, people, pounds, STATUS } from "./words.js";

export function bookingList(state, actions) {
  const list = document.querySelector("#bookings");
  const count = document.querySelector("#bookings-count");
  const search = document.querySelector("#search");
  const status = document.querySelector("#status");
  status.append(...Object.entries(STATUS).map(([value, word]) => h("option", { value }, word)));
  search.addEventListener("input", show);
  status.addEventListener("change", show);
  let shown = null;
  let rides = new Map();
  let begun = false;

  const planned = (booking, action) => rides.get(booking.reference)?.[action]?.begin ?? null;
  const pickupAt = (booking) => planned(booking, "board") ?? booking.pickup.from;

  function show() {
    if (!state.day) return;
    rides = ridesOf(state.day);
    const every = state.day.bookings.toSorted((one, other) => instant(pickupAt(one)) - instant(pickupAt(other)));
    const wanted = every.filter(matches);
    count.textContent = wanted.length === every.length ? `${every.length}` : `${wanted.length} of ${every.length}`;
    const focused = document.activeElement?.closest?.("[data-booking]")?.dataset.booking;
    const none = every.length ? "No booking matches. Clear the search, or choose every status." : "No bookings yet.";
    const scrolled = list.scrollTop;
    list.replaceChildren(...(wanted.length ? wanted.map(row) : [h("li", { class: "none" }, none)]));
    list.scrollTop = scrolled;
    if (focused) list.querySelector(`[data-booking="${focused}"] > button`)?.focus({ preventScroll: true });
    if (!begun) scrollToNow(wanted);
    begun = true;
    if (state.booking !== shown) reveal();
    shown = state.booking;
  }

  function matches(booking) {
    if (status.value && booking.status !== status.value) return false;
    const text = [booking.reference, booking.passenger?.name, booking.passenger?.phone, booking.pickup.name, booking.dropoff.name].join(" ").toLowerCase();
    return search.value.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  /** On a day that is being driven the list begins with what comes next. */
  function scrollToNow(bookings) {
    const next = bookings.find((booking) => instant(pickupAt(booking)) >= Date.now());
    const row = next && list.querySelector(`[data-booking="${next.reference}"]`);
    if (row) list.scrollTop = row.offsetTop;
  }

  /** Scrolls the list, not the page, to the selected booking. */
  function reveal() {
    const chosen = state.booking && list.querySelector(`[data-booking="${state.booking}"]`);
    if (!chosen) return;
    const [top, bottom] = [chosen.offsetTop, chosen.offsetTop + chosen.offsetHeight];
    if (top < list.scrollTop || bottom > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 3;
  }

  function row(booking) {
    const open = booking.reference === state.booking;
    const shift = look(state.day, rides.get(booking.reference)?.shift.id);
    return h("li", { class: `booking ${open ? "open" : ""} ${shift ? shift.tone : ""}`, "data-booking": booking.reference },
      h("button", { type: "button", "aria-expanded": String(open), click: () => actions.selectBooking(booking.reference) },
        h("span", { class: "time" }, clock(pickupAt(booking))),
        shift ? h("span", { class: `letter ${shift.tone}` }, h("span", { class: "visually-hidden" }, "Shift "), shift.letter) : h("span", { class: "letter none" }, "–"),
        h("span", { class: "name" }, booking.passenger?.name ?? "No name", h("span", { class: "count" }, party(booking.party))),
        h("span", { class: "mono reference" }, booking.reference),
        h("span", { class: "promised" }, h("span", { class: "visually-hidden" }, "Promised "), `${clock(booking.pickup.from)}–${clock(booking.pickup.until)}`, late(planned(booking, "board"), booking.pickup.until)),
        h("span", { class: `status ${booking.status}` }, STATUS[booking.status] ?? booking.status),
        h("span", { class: "way" }, booking.pickup.name, h("span", { class: "arrow", "aria-hidden": "true" }, " → "), h("span", { class: "visually-hidden" }, " to "), booking.dropoff.name)),
      open ? details(booking) : null);
  }

  function party(of) {
    const number = of.adults + of.concessions + of.children + of.under5 + of.companions;
    return [number > 1 ? ` +${number - 1}` : "", of.wheelchairs ? h("span", { class: "chair" }, icon("wheelchairs"), h("span", { class: "visually-hidden" }, " wheelchair")) : ""];
  }

  function details(booking) {
    const { pickup, dropoff } = booking;
    const [board, alight] = [planned(booking, "board"), planned(booking, "alight")];
    return h("dl", { class: "details" },
      fact("Pick-up", h("b", {}, clock(board)), ` · promised ${clock(pickup.from)}–${clock(pickup.until)}`, late(board, pickup.until)),
      fact("Set-down", h("b", {}, clock(alight)), ` · promised by ${clock(dropoff.arrive_by)}`, late(alight, dropoff.arrive_by)),
      fact("Party", people(booking.party).map(([kind, words]) => h("span", { class: "who-travels" }, icon(kind), words))),
      fact("Fare", pounds(booking.fare_pence), ` · booked by ${booking.channel}`),
      fact("Reference", h("span", { class: "mono" }, booking.reference), booking.passenger?.phone ? [" · ", h("a", { href: `tel:${booking.passenger.phone.replaceAll(" ", "")}` }, booking.passenger.phone)] : ""));
  }

  return { show };
}

function fact(name, ...words) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, ...words));
}

function late(expected, promised) {
  if (!expected || !promised || instant(expected) - instant(promised) < 60_000) return "";
  return h("span", { class: "late" }, `${Math.floor((instant(expected) - instant(promised)) / 60_000)} min late`);
}
