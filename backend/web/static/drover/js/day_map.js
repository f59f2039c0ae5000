// The map of the day: where every shift drives, its stops in order, and the ride of the selected booking.

import { get } from "./api.js";
import { h, icon } from "./dom.js";
import { drawBackground } from "./map_background.js";
import { beside } from "./parallel.js";
import { linePart, rideOf, stopCalls } from "./stop_calls.js";
import { look } from "./shift_look.js";
import { clock } from "./words.js";

const ROOM_PX = 19;
const BESIDE_PX = 3.4;

const ends = (ride) => [ride.board, ride.missed, ride.alight].filter(Boolean);
const latLng = (stop) => [stop.position.coordinates[1], stop.position.coordinates[0]];

export function dayMap(page, state, actions) {
  const L = window.L;
  const map = L.map("map", { zoomControl: false, zoomSnap: 0.1, minZoom: 8, maxZoom: 18, keyboard: true });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ position: "topright" }).addTo(map);
  map.createPane("routes").style.zIndex = 420;
  map.createPane("ride").style.zIndex = 430;
  const routes = L.layerGroup().addTo(map);
  const marks = L.layerGroup().addTo(map);
  let framed = false;
  let frame = null;
  let moved = false;
  let seen = "null null";

  const service = page.dataset.service;
  map.setView([54.2, -1.57], 10);
  Promise.all([get(`services/${service}`), get(`services/${service}/stops`)])
    .then(([facts, stops]) => {
      frame = drawBackground(L, map, page, facts, stops);
      framed = true;
      fit();
      show();
    })
    .catch(() => {
      // The day itself says what went wrong; without a background the routes still show.
      framed = true;
    });
  map.on("zoomend", draw);
  const container = map.getContainer();
  for (const gesture of ["mousedown", "wheel", "touchstart", "keydown"]) container.addEventListener(gesture, () => (moved = true), { passive: true });
  new ResizeObserver(fit).observe(container);

  /** What is selected in view, else the whole service, until somebody moves the map. */
  function fit() {
    map.invalidateSize({ animate: false });
    if (moved || !frame?.isValid()) return;
    const ride = state.booking && rideOf(state.day, state.booking);
    const shift = ride ? null : state.day?.shifts.find((each) => each.id === state.shift && each.path);
    if (ride) map.fitBounds(ends(ride).map((call) => latLng(call)), { padding: [90, 70], maxZoom: 14, animate: false });
    else if (shift) map.fitBounds(shift.path.coordinates.map(([lon, lat]) => [lat, lon]), { padding: [24, 24], animate: false });
    else map.fitBounds(frame, { padding: [24, 6], animate: false }); // names at the edge are wide;
  }

  function show() {
    if (!state.day || !framed) return;
    const selected = `${state.booking} ${state.shift}`;
    if (selected !== seen) {
      seen = selected;
      moved = false;
      fit();
    }
    draw();
  }

  function draw() {
    if (!state.day || !framed) return;
    drawRoutes();
    drawMarks();
  }

  function inFront() {
    const ride = state.booking && rideOf(state.day, state.booking);
    return ride ? ride.shift.id : state.shift;
  }

  function drawRoutes() {
    routes.clearLayers();
    const front = inFront();
    const driven = state.day.shifts.filter((each) => each.path);
    driven.forEach((shift, at) => addRoute(shift, front, (at - (driven.length - 1) / 2) * BESIDE_PX));
    const ride = state.booking && rideOf(state.day, state.booking);
    if (!ride) return;
    const part = linePart(ride).map(([lon, lat]) => [lat, lon]);
    routes.addLayer(L.polyline(part, { pane: "ride", className: "ride-casing", weight: 10, interactive: false }));
    routes.addLayer(L.polyline(part, { pane: "ride", className: `route ${look(state.day, ride.shift.id).tone}`, weight: 5, interactive: false }));
  }

  function addRoute(shift, front, offset) {
    const { tone, dash } = look(state.day, shift.id);
    const back = front !== null && shift.id !== front;
    const pixels = shift.path.coordinates.map(([lon, lat]) => map.latLngToLayerPoint([lat, lon]));
    const line = beside(pixels, front === null ? offset : 0).map((point) => map.layerPointToLatLng(point));
    const pane = shift.id === front ? "ride" : "routes";
    const route = L.polyline(line, { pane, className: `route ${tone} ${back ? "back" : ""}`, weight: back ? 2 : 3.2, dashArray: front ? null : dash, smoothFactor: 0 });
    routes.addLayer(route.on("click", () => actions.focusShift(shift.id)).bindTooltip(h("span", {}, shift.name), { sticky: true }));
  }

  function drawMarks() {
    marks.clearLayers();
    const front = inFront();
    const ride = state.booking && rideOf(state.day, state.booking);
    if (ride) ends(ride).forEach((call) => marks.addLayer(endOfRide(ride.shift, call)));
    const taken = ride ? ends(ride).map((call) => map.latLngToLayerPoint(latLng(call))) : [];
    const shifts = [...state.day.shifts].sort((one, other) => (other.id === front) - (one.id === front));
    for (const shift of shifts) {
      for (const [here, visits] of byStop(shift)) {
        const at = map.latLngToLayerPoint(latLng(here));
        const room = taken.every((other) => Math.abs(at.x - other.x) > ROOM_PX || Math.abs(at.y - other.y) > ROOM_PX - 2);
        if (room) taken.push(at);
        marks.addLayer(stopMark(shift, here, visits, room, front !== null && shift.id !== front));
      }
    }
  }

  function byStop(shift) {
    const stops = new Map();
    for (const visit of stopCalls(shift)) {
      const where = visit.position.coordinates.join();
      const known = stops.get(where) ?? [visit, []];
      known[1].push(visit);
      stops.set(where, known);
    }
    return stops.values();
  }

  function stopMark(shift, here, visits, room, back) {
    const { tone, letter } = look(state.day, shift.id);
    const numbers = visits.map((visit) => visit.number);
    const text = numbers.length > 2 ? `${numbers[0]}·${numbers[1]}…` : numbers.join("·");
    const html = h("span", { class: `stop-mark ${tone} ${room && !back ? "" : "dot"} ${back ? "back" : ""}` }, room && !back ? text : "");
    const mark = L.marker(latLng(here), { icon: L.divIcon({ html, className: "", iconSize: [0, 0] }), keyboard: false, zIndexOffset: back ? -2000 : room ? 1000 : 0 });
    return mark.bindPopup(() => callsHere(letter, tone, here.place, visits), { minWidth: 230 });
  }

  function callsHere(letter, tone, place, visits) {
    const rows = visits.flatMap((visit) =>
      visit.calls.map((call) =>
        h("li", {}, h("button", { type: "button", click: () => actions.selectBooking(call.booking) },
          h("b", {}, clock(call.begin)), icon(call.action), `${call.passenger}`)),
      ),
    );
    return h("div", { class: "calls-here" }, h("p", {}, h("span", { class: `letter ${tone}` }, letter), h("b", {}, place)), h("ul", {}, rows));
  }

  function endOfRide(shift, call) {
    const { tone } = look(state.day, shift.id);
    const html = h("span", { class: `ride-mark ${tone}` }, icon(call.action));
    const mark = L.marker(latLng(call), { icon: L.divIcon({ html, className: "", iconSize: [0, 0] }), keyboard: false, zIndexOffset: 3000 });
    const words = h("span", {}, h("b", {}, clock(call.begin)), ` ${call.place}`);
    return mark.bindTooltip(words, { permanent: true, direction: call.action === "board" ? "top" : "bottom", offset: [0, call.action === "board" ? -13 : 13], className: "ride-words" });
  }

  return { show };
}
