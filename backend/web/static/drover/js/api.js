// Speaks with /api/v1/ as the signed-in user.

const BASE = "/api/v1/";

/** An answer that is not a success, as RFC 9457 has it; status 0 is no answer at all. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `The server answered ${status}.`);
    this.status = status;
    this.body = body;
  }
}

export function get(path) {
  return send(path, { headers: { Accept: "application/json" } });
}

/** A key that no other write has. randomUUID needs HTTPS or localhost; a depot's own network may have neither. */
export const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Sending again with the same `key` does nothing twice. */
export function post(path, body, key = newKey()) {
  const headers = {
    Accept: "application/json",
    "Content-Type": "application/json",
    "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
    "Idempotency-Key": key,
  };
  return send(path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function send(path, options) {
  let response;
  try {
    response = await fetch(BASE + path, { credentials: "same-origin", ...options });
  } catch {
    throw new Problem(0, { title: "No connection to the server." });
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, body);
  return body;
}
