// A time line per shift: its hours, calls, people on board, breaks, and the ride of the selected booking.

import { h, svg } from "./dom.js";
import { look } from "./shift_look.js";
import { rideOf, stopCalls } from "./stop_calls.js";
import { clock, instant, onBoard } from "./words.js";

const HOUR_MS = 3_600_000;
const MIN_HOUR_PX = 37;
const TIGHT_HOUR_PX = 43;
const EDGE_PX = 20;
const LABEL_PX = 188;
const LABELS_BESIDE_PX = 640;
const ROW = { height: 70, top: 14, base: 42, marks: 52, numbers: 65 };
const LEAST_PEAK = 4;
const SIGNS = { board: "▲", alight: "▽", missed: "×" };

export function dayTimeline(state, actions) {
  const place = document.querySelector("#timeline");
  let wide = 0;
  new ResizeObserver(() => {
    if (Math.abs(place.clientWidth - wide) > 2) show();
  }).observe(place);

  function show() {
    if (!state.day) return;
    wide = place.clientWidth;
    const { shifts } = state.day;
    if (!shifts.length) return place.replaceChildren(h("p", { class: "none" }, "No shift runs on this day."));
    const peak = Math.max(LEAST_PEAK, ...shifts.flatMap((shift) => shift.calls.map((call) => people(call.load))));
    const beside = wide > LABELS_BESIDE_PX;
    const scale = scaleOf(shifts, beside ? wide - LABEL_PX : wide, state.day.zone);
    // Where there is no room for one axis, every shift has its own hours over the whole width.
    const own = (shift) => scaleOf([shift], wide, state.day.zone);
    const rows = shifts.map((shift) => (beside ? row(shift, scale, peak) : row(shift, own(shift), peak, axis(own(shift)))));
    const scrolled = place.scrollLeft;
    place.replaceChildren(...(beside ? [h("div", { class: "axis-row" }, h("div", { class: "shift-label" }), axis(scale))] : []), ...rows);
    place.scrollLeft = scrolled;
  }

  function row(shift, scale, peak, ownAxis = null) {
    const { letter, tone } = look(state.day, shift.id);
    const ride = state.booking && rideOf(state.day, state.booking);
    const own = ride && ride.shift.id === shift.id ? ride : null;
    const front = ride ? ride.shift.id : state.shift;
    const most = Math.max(0, ...shift.calls.map((call) => people(call.load)));
    const picture = svg("svg", { class: "row-picture", role: "img", width: scale.wide, height: ROW.height,
      "aria-label": `${shift.name}: ${clock(shift.starts)} to ${clock(shift.ends)}, ${shift.calls.length} calls, at most ${most} on board` },
      ground(shift, scale), load(shift, scale, peak), own ? rideBar(own, scale) : null, shift.breaks.map((rest) => breakBar(rest, scale)), marks(shift, scale, own), now(scale, ROW.height));
    return h("div", { class: `shift-row ${tone} ${front !== null && shift.id !== front ? "back" : ""}`, "data-shift": shift.id },
      h("div", { class: "shift-label" },
        h("button", { type: "button", "aria-pressed": String(state.shift === shift.id), title: "Show this shift alone on the map", click: () => actions.focusShift(shift.id) },
          h("span", { class: `letter ${tone}` }, letter), h("span", { class: "shift-name" }, shift.name)),
        h("span", { class: "shift-facts" }, shift.driver ?? "No driver", h("br"), h("a", { href: `/shifts/${shift.id}/manifest/` }, "Manifest", h("span", { class: "visually-hidden" }, ` of ${shift.name}`)), ` · peak ${most} of ${shift.vehicle.seats}`)),
      ownAxis, picture);
  }

  function marks(shift, scale, own) {
    let free = -Infinity;
    const chosen = own ? state.booking : null;
    return stopCalls(shift).map((visit) => {
      const x = scale.x(visit.begin);
      const words = [`${visit.number}  ${clock(visit.arrive)}  ${visit.place}`, ...visit.calls.map((call) => `${SIGNS[call.action]} ${call.passenger}`), `then on board: ${onBoard(visit.calls.at(-1).load)}`];
      const kinds = ["board", "alight", "missed"].filter((action) => visit.calls.some((call) => call.action === action));
      const group = svg("g", { class: `visit ${visit.calls.some((call) => call.booking === chosen) ? "chosen" : ""}`, click: () => actions.selectBooking((visit.calls.find((call) => call.booking === chosen) ?? visit.calls[0]).booking) },
        svg("title", {}, words.join("\n")),
        svg("rect", { class: "touch", x: x - 6, y: ROW.base, width: 12, height: ROW.height - ROW.base }),
        kinds.map((action, at) => mark(action, x, kinds.length > 1 ? ROW.marks - 4 + at * 8.5 : ROW.marks)));
      if (x - free > 13 && kinds.length === 1) {
        group.append(svg("text", { class: "visit-number", x, y: ROW.numbers + 2 }, String(visit.number)));
        free = x;
      }
      return group;
    });
  }

  return { show };
}

const people = (load) => load.seats + load.wheelchairs;

function scaleOf(shifts, wide, zone) {
  const ends = shifts.flatMap((shift) => [instant(shift.starts), instant(shift.ends)]);
  const from = Math.floor(Math.min(...ends) / HOUR_MS) * HOUR_MS;
  const until = Math.ceil(Math.max(...ends) / HOUR_MS) * HOUR_MS;
  const hours = (until - from) / HOUR_MS;
  const room = Math.max(wide, hours * MIN_HOUR_PX);
  const x = (at) => EDGE_PX + (((typeof at === "number" ? at : instant(at)) - from) * (room - 2 * EDGE_PX)) / (until - from);
  return { from, until, hours, x, wide: room, zone };
}

function axis(scale) {
  const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: scale.zone });
  const every = scale.wide / scale.hours < TIGHT_HOUR_PX ? 2 : 1;
  const ticks = Array.from({ length: Math.floor(scale.hours / every) + 1 }, (_, at) => scale.from + at * every * HOUR_MS);
  return svg("svg", { class: "axis", "aria-hidden": "true", width: scale.wide, height: 22 },
    ticks.map((at) => svg("text", { x: scale.x(at), y: 15 }, hour.format(at))), now(scale, 22));
}

function ground(shift, scale) {
  const [from, until] = [scale.x(shift.starts), scale.x(shift.ends)];
  const hours = Array.from({ length: scale.hours + 1 }, (_, at) => scale.x(scale.from + at * HOUR_MS));
  return [
    hours.map((x) => svg("line", { class: "hour", x1: x, x2: x, y1: 0, y2: ROW.height })),
    svg("rect", { class: "on-duty", x: from, y: ROW.top - 8, width: until - from, height: ROW.base - ROW.top + 8, rx: 3 }),
    svg("line", { class: "base", x1: from, x2: until, y1: ROW.base, y2: ROW.base }),
  ];
}

function load(shift, scale, peak) {
  const high = (count) => ROW.base - (count * (ROW.base - ROW.top)) / peak;
  const steps = (count) => {
    let [path, y] = [`M${scale.x(shift.starts)} ${ROW.base}`, ROW.base];
    for (const call of shift.calls) {
      y = high(count(call.load));
      path += `H${scale.x(call.begin)}V${y}`;
    }
    return `${path}H${scale.x(shift.ends)}V${ROW.base}Z`;
  };
  return [svg("path", { class: "load", d: steps(people) }), svg("path", { class: "load-wheelchairs", d: steps((each) => each.wheelchairs) })];
}

function breakBar(rest, scale) {
  const [from, until] = [scale.x(rest.begins), scale.x(rest.ends)];
  return svg("g", { class: "rest" }, svg("title", {}, `Break ${clock(rest.begins)} to ${clock(rest.ends)}`),
    svg("rect", { x: from, y: ROW.top - 8, width: until - from, height: ROW.base - ROW.top + 8, rx: 2 }),
    until - from > 36 ? svg("text", { x: (from + until) / 2, y: (ROW.base + ROW.top) / 2 }, "break") : null);
}

function rideBar(ride, scale) {
  const from = scale.x((ride.board ?? ride.missed ?? ride.alight).begin);
  const until = ride.alight ? scale.x(ride.alight.begin) : from;
  return svg("g", { class: "ride" }, svg("rect", { x: from, y: ROW.top - 8, width: Math.max(until - from, 3), height: ROW.base - ROW.top + 8 }));
}

function now(scale, height) {
  const at = Date.now();
  return at < scale.from || at > scale.until ? null : svg("line", { class: "now", x1: scale.x(at), x2: scale.x(at), y1: 0, y2: height });
}

function mark(action, x, y) {
  const shapes = { board: `M${x} ${y - 4}l4.5 8h-9z`, alight: `M${x} ${y + 4}l-4.5-8h9z`, missed: `M${x - 4} ${y - 4}l8 8m0-8l-8 8` };
  return svg("path", { class: action, d: shapes[action] });
}
