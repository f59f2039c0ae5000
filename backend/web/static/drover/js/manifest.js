// A driver's reports. Each is kept on the device until the server has it, under a key that makes sending it twice harmless.

import { newKey, post } from "./api.js";
import { h } from "./dom.js";

const RETRY_MS = 15_000;
const RENEW_MS = 30_000;
// No answer, signed out meanwhile, too many at once: the report itself may be right.
const LATER = [0, 401, 403, 429];
const shift = document.querySelector("#manifest").dataset.shift;
const store = `drover-reports-${shift}`;
let sending = false;

const waiting = () => JSON.parse(localStorage.getItem(store) ?? "[]");
const keep = (reports) => localStorage.setItem(store, JSON.stringify(reports));

document.addEventListener("click", (event) => {
  if (event.target.closest("#print")) window.print();
  const button = event.target.closest("[data-kind]");
  if (!button) return;
  const { booking } = button.closest(".call").dataset;
  const body = { kind: button.dataset.kind, at: new Date().toISOString(), ...(booking ? { booking } : {}) };
  keep([...waiting(), { key: newKey(), body }]);
  send();
});
window.addEventListener("online", send);
setInterval(() => waiting().length && send(), RETRY_MS);
setInterval(() => !document.hidden && !waiting().length && renew(), RENEW_MS);
if (waiting().length) send();
if (document.querySelector(".visit.finished")) document.querySelector(".visit:not(.finished)")?.scrollIntoView();

/** A new plan is said aloud: the driver may have to go elsewhere. */
function tellNewPlan(before, after) {
  if (before !== after) say(`The plan has changed: this is revision ${after}.`);
}

/** Sends what waits, oldest first, and then shows the manifest as it is now. */
async function send() {
  show();
  if (sending) return;
  sending = true;
  let refusal = "";
  let [report] = waiting();
  while (report) {
    try {
      await post(`shifts/${shift}/events`, report.body, report.key);
    } catch (problem) {
      if (LATER.includes(problem.status) || problem.status >= 500) {
        sending = false;
        say(`${count(waiting().length)} not sent yet: ${problem.message} Kept on this device, and tried again by itself.`, send);
        return;
      }
      refusal = problem.message;
    }
    keep(waiting().filter((each) => each.key !== report.key));
    [report] = waiting();
  }
  sending = false;
  await renew();
  if (refusal) say(`Not accepted: ${refusal}`);
}

/** Takes the manifest anew from the page itself, which the server draws. */
async function renew() {
  const answer = await fetch(window.location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#manifest");
  if (!fresh) return;
  const old = document.querySelector("#manifest");
  old.replaceWith(document.adoptNode(fresh));
  tellNewPlan(old.dataset.revision, fresh.dataset.revision);
  document.dispatchEvent(new Event("manifest-renewed"));
}

/** Marks the calls whose report is on its way. */
function show() {
  const keys = waiting().map(({ body }) => body.booking ?? "");
  for (const call of document.querySelectorAll(".call")) {
    const busy = keys.includes(call.dataset.booking ?? "") && call.querySelector("[data-kind]");
    call.classList.toggle("waiting", Boolean(busy));
    call.querySelectorAll("button").forEach((button) => (button.disabled = Boolean(busy)));
  }
}

function say(text, retry = null) {
  const message = document.querySelector("#message");
  message.hidden = !text;
  message.replaceChildren(text, ...(retry ? [" ", h("button", { class: "button", type: "button", click: retry }, "Send now")] : []));
}

const count = (reports) => (reports === 1 ? "1 report" : `${reports} reports`);
