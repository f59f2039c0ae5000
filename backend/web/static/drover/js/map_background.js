// What lies under the routes: tiles where the operator has a tile server, else the service's own area, roads, stops and places.

import { h } from "./dom.js";
import { stopName } from "./words.js";

/** Draws it and returns the bounds of the service. */
export function drawBackground(L, map, page, facts, stops) {
  const frame = L.geoJSON(facts.area ?? stops).getBounds();
  attribute(map, facts.attribution, page.dataset.tiles ? page.dataset.tilesBy : "");
  if (page.dataset.tiles) {
    L.tileLayer(page.dataset.tiles, { attribution: page.dataset.tilesBy, maxZoom: 19 }).addTo(map);
  } else {
    map.createPane("ground").style.zIndex = 300;
    if (facts.area) L.geoJSON(facts.area, { pane: "ground", interactive: false, style: { className: "area", weight: 1.5 } }).addTo(map);
    drawRoads(L, map, page.dataset.roads);
    drawNames(L, map, stops.features);
  }
  map.createPane("stops").style.zIndex = 410;
  for (const { geometry, properties } of stops.features) {
    const [lon, lat] = geometry.coordinates;
    L.circleMarker([lat, lon], { pane: "stops", className: "stop", radius: 2.2, weight: 1 }).bindTooltip(h("span", {}, stopName(properties))).addTo(map);
  }
  return frame;
}

/** Whose data these are, in the corner of the map; beside it stands all that is to be said. The tiles may name OpenStreetMap. */
function attribute(map, sources, said) {
  for (const { short, url } of sources.filter((source) => !(source.short.includes("OpenStreetMap") && said.includes("OpenStreetMap")))) {
    map.attributionControl.addAttribution(h("a", { href: url, target: "_blank", rel: "noreferrer" }, short).outerHTML);
  }
}

async function drawRoads(L, map, address) {
  map.createPane("roads").style.zIndex = 310;
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) return;
  const roads = await answer.json();
  for (const layer of ["road-casing", "road"]) {
    const style = (road) => ({ className: `${layer} ${road.properties.class}` });
    L.geoJSON(roads, { pane: "roads", interactive: false, style }).addTo(map);
  }
}

/** Names of settlements, the larger first, as many as have room at this zoom. */
function drawNames(L, map, features) {
  map.createPane("names").style.zIndex = 440;
  const names = L.layerGroup().addTo(map);
  const settlements = [...group(features)].sort((one, other) => other.count - one.count);
  const draw = () => {
    names.clearLayers();
    const taken = [];
    for (const { name, count, at } of settlements) {
      const middle = map.latLngToLayerPoint(at);
      const big = count > 4;
      const [wide, high] = [name.length * (big ? 8.5 : 6.6) + 8, big ? 22 : 16];
      const box = { left: middle.x - wide / 2, right: middle.x + wide / 2, top: middle.y - high - 6, bottom: middle.y - 6 };
      if (taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top)) continue;
      taken.push(box);
      const html = h("span", { class: `place-name ${big ? "big" : ""}` }, name);
      L.marker(at, { pane: "names", interactive: false, keyboard: false, icon: L.divIcon({ html, className: "", iconSize: [0, 0] }) }).addTo(names);
    }
  };
  map.on("zoomend", draw);
  draw();
}

function group(features) {
  const settlements = new Map();
  for (const { geometry, properties } of features) {
    const known = settlements.get(properties.settlement) ?? { name: properties.settlement, count: 0, lat: 0, lon: 0 };
    known.count += 1;
    known.lon += geometry.coordinates[0];
    known.lat += geometry.coordinates[1];
    settlements.set(properties.settlement, known);
  }
  return [...settlements.values()].filter((each) => each.name).map(({ name, count, lat, lon }) => ({ name, count, at: [lat / count, lon / count] }));
}
