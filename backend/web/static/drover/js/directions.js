// How to get to the next call, turn by turn; fetched while the driver has it open, as reports and new plans change where that is.

import { get } from "./api.js";
import { h } from "./dom.js";
import { clock, minutes } from "./words.js";

const RENEW_MS = 30_000;
const box = document.querySelector("#directions");
const told = box?.querySelector("div");
let shown = "";

async function show() {
  try {
    const way = await get(`shifts/${box.dataset.shift}/directions`);
    if (shown === JSON.stringify(way)) return; // what is drawn anew is read aloud anew
    shown = JSON.stringify(way);
    told.replaceChildren(...drawn(way));
  } catch (problem) {
    // Without a connection, those that are there are better than none.
    if (!told.querySelector("ol")) told.replaceChildren(h("p", {}, `No directions: ${problem.message}`));
  }
}

function drawn(way) {
  const ends = h("p", {}, `From ${way.start} to `, h("b", {}, way.end), way.call === null ? ", where the shift ends" : "");
  if (way.line === null) return [ends, h("p", {}, "No road leads there.")];
  if (!way.metres) return [ends, h("p", {}, "That is the same place.")];
  const whole = h("p", {}, `Leave at ${clock(way.leave)}: ${minutes(way.seconds)}, ${distance(way.metres)}.`);
  return [ends, whole, h("ol", {}, way.turns.map((turn) => h("li", {}, turn.words, turn.metres ? h("span", {}, ` ${distance(turn.metres)}`) : "")))];
}

/** As a driver would say it: 80 m, 350 m, 1.2 km, 14 km. */
function distance(metres) {
  if (metres < 1000) return `${Math.max(10, Math.round(metres / 10) * 10)} m`;
  return `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)} km`;
}

box?.addEventListener("toggle", () => box.open && show());
document.addEventListener("manifest-renewed", () => box?.open && show());
setInterval(() => box?.open && !document.hidden && show(), RENEW_MS);
