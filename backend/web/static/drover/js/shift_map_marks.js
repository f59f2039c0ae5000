// The marks on a driver's map: the bus, and the calls to come with the numbers that they have in the list.

import { h } from "./dom.js";
import { clock } from "./words.js";

const ROOM_PX = 27;
const latLng = ([lon, lat]) => [lat, lon];

/** Draws them; where several have no room beside one another the next call has it first, and the others are dots. */
export function callMarks({ L, map, marks }, { start, legs }) {
  marks.clearLayers();
  const taken = [];
  for (const { coordinates, calls, next } of byPlace(legs)) {
    const at = map.latLngToLayerPoint(latLng(coordinates));
    const room = next || taken.every((other) => Math.abs(at.x - other.x) > ROOM_PX || Math.abs(at.y - other.y) > ROOM_PX - 2);
    if (room) taken.push(at);
    const numbers = calls.map((leg) => leg.call ?? "End");
    const text = numbers.length > 2 ? `${numbers[0]}·${numbers[1]}…` : numbers.join("·");
    const html = h("span", { class: `call-mark ${next ? "next" : ""} ${room ? "" : "dot"}` }, room ? text : "");
    marks.addLayer(mark(L, coordinates, html, next ? 2000 : room ? 1000 : 0).bindPopup(() => told(calls), { autoPan: false }));
  }
  const there = start.position.coordinates.join() === legs[0]?.position.coordinates.join();
  const bus = h("span", { class: `bus-mark ${there ? "there" : ""}` }, "Bus");
  marks.addLayer(mark(L, start.position.coordinates, bus, 3000).bindPopup(h("span", {}, start.place), { autoPan: false }));
}

/** [{coordinates, calls, next}], the place of the next call first. */
function byPlace(legs) {
  const places = new Map();
  for (const leg of legs) {
    const { coordinates } = leg.position;
    const known = places.get(coordinates.join()) ?? { coordinates, calls: [], next: leg === legs[0] };
    known.calls.push(leg);
    places.set(coordinates.join(), known);
  }
  return [...places.values()];
}

/** Not for the keyboard: the list has the same calls. */
function mark(L, coordinates, html, zIndexOffset) {
  return L.marker(latLng(coordinates), { icon: L.divIcon({ html, className: "", iconSize: [0, 0] }), keyboard: false, zIndexOffset });
}

function told(calls) {
  return h("div", { class: "call-words" }, calls.map((leg) =>
    h("p", {}, h("b", {}, leg.call === null ? "End" : `${leg.call}`), ` ${clock(leg.arrive)} ${leg.place}`)));
}
