// The dispatcher's day: fetches it from the API, keeps what is selected, and tells the parts to draw themselves.

import { get, post } from "./api.js";
import { bookingList } from "./day_bookings.js";
import { showFigures } from "./day_figures.js";
import { dayMap } from "./day_map.js";
import { dayTimeline } from "./day_timeline.js";
import { h } from "./dom.js";
import { clock } from "./words.js";

const REFRESH_MS = 20_000;
const REOPTIMISE_MS = 60_000;

const page = document.querySelector("#day");
const message = document.querySelector("#message");
const reoptimise = document.querySelector("#reoptimise");
const address = `services/${page.dataset.service}/days/${page.dataset.date}`;
const state = { day: null, booking: null, shift: null };

const actions = {
  selectBooking(reference) {
    state.booking = state.booking === reference ? null : reference;
    show();
  },
  focusShift(id) {
    state.shift = state.shift === id ? null : id;
    show();
  },
};
const parts = [dayMap(page, state, actions), dayTimeline(state, actions), bookingList(state, actions)];

function show() {
  parts.forEach((part) => part.show());
}

function say(text, kind = "", retry = null) {
  message.hidden = !text;
  message.className = `notice message ${kind}`;
  message.replaceChildren(text);
  if (retry) message.append(" ", h("button", { class: "button", type: "button", click: retry }, "Try again"));
}

async function refresh() {
  try {
    const day = await get(address);
    state.day = day;
    document.querySelector("#revision").replaceChildren(h("b", {}, `Revision ${day.revision}`), ` as of ${clock(day.generated_at)}`);
    reoptimise.disabled = reoptimise.dataset.busy === "yes";
    say(day.bookings.length ? "" : "No bookings on this day yet. They appear here as they come in.");
    page.classList.toggle("empty", !day.bookings.length);
    showFigures(day.figures);
    show();
  } catch (problem) {
    if (problem.status === 401) window.location.assign(`/sign-in/?next=${encodeURIComponent(window.location.pathname)}`);
    else say(`The day could not be fetched: ${problem.message}`, "bad", refresh);
  }
}

async function improve() {
  reoptimise.dataset.busy = "yes";
  reoptimise.disabled = true;
  reoptimise.textContent = "Re-optimising…";
  let outcome = "";
  try {
    const { request } = await post(`${address}/reoptimise`, {});
    const until = Date.now() + REOPTIMISE_MS;
    while (Date.now() < until && state.day.optimised?.request !== request) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await refresh();
    }
    const found = state.day.optimised;
    if (found?.request !== request) outcome = "Still at work. A better plan appears here by itself.";
    else outcome = found.published ? `A better plan: revision ${found.revision}.` : `The present plan stays: ${found.why}`;
  } catch (problem) {
    say(`Re-optimising did not start: ${problem.message}`, "bad");
  }
  delete reoptimise.dataset.busy;
  reoptimise.disabled = false;
  reoptimise.textContent = "Re-optimise";
  if (outcome) say(outcome);
}

reoptimise.addEventListener("click", improve);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && (state.booking || state.shift)) {
    state.booking = state.shift = null;
    show();
  }
});
setInterval(() => {
  if (!document.hidden) refresh();
}, REFRESH_MS);
await refresh();
