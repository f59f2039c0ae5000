// A text field that finds places while one types: the combobox with a list of the ARIA Authoring Practices (1.2).
//
// The focus stays in the field; the arrow keys move through the list, Enter takes a place, Escape closes the list and then empties
// the field. How many places there are is told to those who can't see them.

import { get } from "./api.js";
import { h } from "./dom.js";

const WAIT_MS = 180;
const KINDS = { saved: "Saved place", stop: "Stop", postcode: "Postcode", street: "Street" };
const WHY_NOT = { "outside-area": "outside the area", "no-stop-near": "no stop near" };

/** `service` gives the slug to search in; `chosen` is called with a place of the API, or with null when there is none any more. */
export function placeBox({ input, list, status, service, chosen }) {
  let places = [];
  let active = -1;
  let asked = 0;
  let timer = 0;

  function open(found) {
    places = found;
    list.replaceChildren(...places.map((place, at) => option(list.id, place, at)));
    input.setAttribute("aria-expanded", String(places.length > 0));
    list.hidden = places.length === 0;
    list.scrollTop = 0;
    point(-1);
  }

  function point(at) {
    active = at;
    for (const [number, element] of [...list.children].entries()) {
      element.setAttribute("aria-selected", String(number === at));
    }
    if (at < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  function close() {
    clearTimeout(timer);
    asked += 1; // an answer that is still on its way comes too late
    open([]);
  }

  function take(place) {
    close();
    const where = place.kind === "settlement" ? "" : place.detail;
    input.value = [place.label, where].filter(Boolean).join(", ");
    status.textContent = "";
    chosen(place);
  }

  async function search() {
    const typed = input.value.trim();
    asked += 1;
    const mine = asked;
    if (!typed) return open([]);
    let found = [];
    let said;
    try {
      const query = new URLSearchParams({ service: service(), q: typed.slice(0, 100) });
      found = (await get(`places?${query}`)).places;
      said = found.length ? `${found.length} ${found.length === 1 ? "place" : "places"}` : `Nothing is called “${typed}”.`;
    } catch (problem) {
      said = problem.message;
    }
    if (mine !== asked) return undefined;
    status.textContent = said;
    return open(found);
  }

  function step(by) {
    if (!places.length) return search();
    // One step beyond either end is the field itself, with no place pointed at.
    const count = places.length + 1;
    return point(((active + 1 + by + count) % count) - 1);
  }

  function escape() {
    if (places.length) return close();
    input.value = "";
    status.textContent = "";
    return chosen(null);
  }

  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => (places.length ? take(places[Math.max(active, 0)]) : search()),
    Escape: escape,
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  input.addEventListener("input", () => {
    chosen(null);
    clearTimeout(timer);
    timer = setTimeout(search, WAIT_MS);
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const element = event.target.closest("[role=option]");
    if (element) take(places[[...list.children].indexOf(element)]);
  });
  if (document.activeElement === input) search(); // what was typed while this was on its way
}

function option(prefix, place, at) {
  // Of settlements and landmarks the detail says what they are, as far as that is known.
  const detail = [KINDS[place.kind], place.detail, place.public_code].filter(Boolean).join(" · ");
  return h(
    "li",
    { id: `${prefix}-${at}`, role: "option", "aria-selected": "false" },
    h("span", { class: "place-name" }, place.label),
    detail ? h("span", { class: "place-detail" }, detail) : null,
    place.served ? null : h("span", { class: "place-not" }, WHY_NOT[place.why_not]),
  );
}
