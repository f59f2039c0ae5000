// The map above a driver's calls: the way from where the bus was last reported, over the calls to come, numbered as in the list.
//
// Nothing of it is loaded before the driver opens it, and nothing moves by itself. The list stays the truth: what the map shows is
// told in words, too. Where the device is, it finds out when the driver asks, and tells nobody.

import { get } from "./api.js";
import { h } from "./dom.js";
import { callMarks } from "./shift_map_marks.js";
import { clock } from "./words.js";

const RENEW_MS = 30_000;
const NEXT_ZOOM = 15;
const EDGE_PX = 34;
const box = document.querySelector("#shift-map");
const part = (selector) => box.querySelector(selector);
const latLng = ([lon, lat]) => [lat, lon];
const lineOf = (leg) => (leg.line?.coordinates ?? [leg.position.coordinates]).map(latLng);

let drawn = null;
let way = null;
let view = "whole";
let watched = null;
let here = null;

async function open() {
  document.documentElement.classList.toggle("map-open", box.open);
  if (!box.open) return;
  drawn ??= make();
  try {
    await drawn;
  } catch (problem) {
    drawn = null; // the next opening tries again
    say(`No map: ${problem.message} The calls are in the list below.`);
    return;
  }
  await renew();
  keepNextCallInView();
}

async function make() {
  const { service } = box.dataset;
  const [facts, stops] = await Promise.all([get(`services/${service}`), get(`services/${service}/stops`)]);
  await sheet(box.dataset.leafletSheet);
  await sheet(box.dataset.mapSheet);
  await import(box.dataset.leaflet);
  const { drawBackground } = await import("./map_background.js");
  const L = window.L;
  part(".map-frame").hidden = false;
  const still = { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false };
  const map = L.map("map", { zoomControl: false, zoomSnap: 0.25, minZoom: 8, maxZoom: 18, ...still });
  map.attributionControl.setPrefix(false).setPosition("topleft");
  L.control.zoom({ position: "topright" }).addTo(map);
  map.createPane("way").style.zIndex = 420;
  map.createPane("here").style.zIndex = 430;
  map.setView([54.2, -1.57], 10);
  map.fitBounds(drawBackground(L, map, box, facts, stops), { animate: false });
  const layers = { map, L, ways: L.layerGroup().addTo(map), marks: L.layerGroup().addTo(map), here: L.layerGroup().addTo(map) };
  for (const gesture of ["mousedown", "wheel", "touchstart", "keydown"]) {
    map.getContainer().addEventListener(gesture, () => choose(""), { passive: true });
  }
  map.on("zoomend", () => way && callMarks(layers, way));
  new ResizeObserver(() => fit(layers)).observe(map.getContainer());
  new ResizeObserver(tellHeight).observe(box);
  return layers;
}

function sheet(address) {
  return new Promise((done, failed) => {
    const lost = () => failed(new Error("No connection to the server."));
    document.head.append(h("link", { rel: "stylesheet", href: address, load: () => done(), error: lost }));
  });
}

async function renew() {
  const layers = await drawn;
  let fresh;
  try {
    fresh = await get(`shifts/${box.dataset.shift}/way`);
  } catch (problem) {
    // Without a connection, the way that is there is better than none.
    say(way ? `${words(way)} (${problem.message})` : `No way to draw: ${problem.message}`);
    return;
  }
  say(words(fresh));
  if (JSON.stringify(fresh) === JSON.stringify(way)) return; // what is drawn anew is read aloud anew
  way = fresh;
  part("#map-words").replaceChildren(...way.legs.map((leg) => h("li", {}, `${named(leg)}, ${clock(leg.arrive)}`)));
  drawWay(layers);
  callMarks(layers, way);
  fit(layers);
}

const named = (leg) => (leg.call === null ? `the end at ${leg.place}` : `call ${leg.call}, ${leg.place}`);

function words({ start, legs: [next] }) {
  return next ? `Next: ${named(next)}, ${clock(next.arrive)}. The bus was last reported at ${start.place}.` : "The bus need not go anywhere.";
}

/** The next leg over the others, each on a white edge that sets it off from the roads below. */
function drawWay({ L, ways }) {
  ways.clearLayers();
  for (const [at, leg] of [...way.legs.entries()].reverse()) {
    const next = at === 0;
    ways.addLayer(L.polyline(lineOf(leg), { pane: "way", className: "way-casing", weight: next ? 12 : 8, interactive: false }));
    ways.addLayer(L.polyline(lineOf(leg), { pane: "way", className: `way ${next ? "next" : ""}`, weight: next ? 7 : 4, interactive: false }));
  }
}

/** What the driver chose to see, until they move the map themselves. */
function fit({ map, L }) {
  map.invalidateSize({ animate: false });
  const still = { animate: false, maxZoom: NEXT_ZOOM, ...roomBeside(map.getContainer()) };
  if (view === "here" && here) map.setView(here.latlng, Math.max(map.getZoom(), NEXT_ZOOM), still);
  else if (way?.legs.length && (view === "whole" || view === "next")) {
    const legs = view === "next" ? way.legs.slice(0, 1) : way.legs;
    map.fitBounds(L.latLngBounds([latLng(way.start.position.coordinates), ...legs.flatMap(lineOf)]), still);
  }
}

/** What is to be seen has room beside the buttons: right of them on a wide map, above them on a narrow one. */
function roomBeside({ offsetWidth, offsetHeight }) {
  const tools = part(".map-tools");
  const wide = offsetWidth > 2 * offsetHeight;
  return {
    paddingTopLeft: [wide ? tools.offsetWidth + EDGE_PX : EDGE_PX, EDGE_PX],
    paddingBottomRight: [EDGE_PX + 20, wide ? EDGE_PX : tools.offsetHeight + EDGE_PX],
  };
}

async function choose(wanted) {
  view = wanted;
  for (const button of box.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  if (!wanted) return;
  if (wanted === "here") watch();
  fit(await drawn);
}

/** Where the device is, from now on; the browser asks the driver first. */
function watch() {
  const lost = () => say("This device does not tell where it is.");
  if (!navigator.geolocation) lost();
  else watched ??= navigator.geolocation.watchPosition(({ coords }) => showHere(coords), lost, { enableHighAccuracy: true, maximumAge: 5000 });
}

async function showHere({ latitude, longitude, accuracy }) {
  const layers = await drawn;
  here = layers.L.circle([latitude, longitude], { radius: accuracy, pane: "here", className: "here-round", interactive: false });
  here.latlng = here.getLatLng();
  const dot = layers.L.circleMarker(here.latlng, { radius: 9, pane: "here", className: "here-dot", interactive: false });
  layers.here.clearLayers().addLayer(here).addLayer(dot);
  if (view === "here") fit(layers);
}

function say(text) {
  const told = part(".map-told");
  if (told.textContent !== text) told.textContent = text;
}

function tellHeight() {
  document.documentElement.style.setProperty("--map-height", `${box.offsetHeight}px`);
}

/** The map takes room from the list; the next call gets it back. */
function keepNextCallInView() {
  tellHeight();
  const next = document.querySelector(".visit:not(.finished)");
  const { top } = next?.getBoundingClientRect() ?? { top: 0 };
  if (top > window.innerHeight - 160 || (top > 0 && top < box.getBoundingClientRect().bottom)) next?.scrollIntoView();
}

box?.addEventListener("toggle", open);
box?.addEventListener("click", ({ target }) => target.closest("[data-view]") && choose(target.closest("[data-view]").dataset.view));
document.addEventListener("manifest-renewed", () => box?.open && drawn && renew());
setInterval(() => box?.open && drawn && !document.hidden && renew(), RENEW_MS);
