// Answers on the landing page whether the bus comes near a place.

import { placeBox } from "./place_box.js";
import { h } from "./dom.js";

const element = (id) => document.getElementById(id);
const answer = element("place-answer");

placeBox({
  input: element("place"),
  list: element("place-list"),
  status: element("place-status"),
  service: () => element("place-service").value,
  chosen: show,
});

element("place-service").addEventListener("change", ({ target }) => {
  show(null);
  for (const told of document.querySelectorAll(".place-sources")) told.hidden = told.dataset.service !== target.value;
});

function show(place) {
  answer.hidden = !place;
  if (!place) return answer.replaceChildren();
  answer.classList.toggle("warn", !place.served);
  return answer.replaceChildren(h("strong", {}, place.served ? "Yes. " : "No. "), ...words(place));
}

function words({ kind, served, why_not: why, stop }) {
  if (why === "outside-area") return ["This is outside the area of the service."];
  if (!stop) return ["The service has no stop in use."];
  const name = [h("strong", {}, stop.label), ` (${stop.public_code || stop.code})`];
  if (kind === "stop" && served) return ["The bus stops here: ", ...name, "."];
  if (served) return ["The bus stops at ", ...name, `, ${metres(stop.walk_m)} on foot.`];
  return ["No stop is within a walk. The nearest is ", ...name, `, ${metres(stop.walk_m)} on foot.`];
}

function metres(count) {
  return count < 1000 ? `${count} m` : `${(count / 1000).toFixed(1)} km`;
}
