// Forms marked data-offline go out through here. With network they arrive at once; without, they
// are kept, shown, and sent when the network is back. The client-made id in the form makes a second
// sending harmless.
import { forget } from "./drafts.js";
import * as outbox from "./outbox.js";
import { say } from "./status.js";

const PATIENCE = 20000;
const SLOWEST = 10; // bytes a millisecond: a photograph must arrive over a weak network too
const PASSING = new Set([401, 403, 408, 425, 429]);
const visitor = document.documentElement.dataset.visitor;

export function watchQueue() {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("form[data-offline]")) return;
    event.preventDefault();
    if (event.target.ariaBusy === "true") return; // pressed twice: once is on its way
    deliver(event.target, event.submitter);
  });
  window.addEventListener("online", sendAll);
  sendAll();
}

async function deliver(form, submitter) {
  form.ariaBusy = "true";
  submitter?.setAttribute("aria-busy", "true");
  const letter = letterFrom(form, submitter);
  const response = await send(letter).catch(() => null);
  form.ariaBusy = null;
  submitter?.removeAttribute("aria-busy");
  if (response && response.status < 500) await arrive(response);
  else await keep(letter, form);
}

async function keep(letter, form) {
  await outbox.put(letter);
  if (form.dataset.draft) forget(form.dataset.draft);
  location.assign(document.querySelector("[data-queue]").href);
}

function letterFrom(form, submitter) {
  return {
    visitor,
    named: form.dataset.offline,
    action: form.action,
    at: new Date().toISOString(),
    fields: [...new FormData(form, submitter)],
  };
}

async function send({ action, fields }) {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  // The token in the kept form may be old; the cookie's is always this visit's.
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (token) body.set("csrfmiddlewaretoken", token);
  const bytes = fields.reduce((sum, [, value]) => sum + (value.size ?? 0), 0);
  return fetch(action, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE + bytes / SLOWEST) });
}

// Answered: show the page that came, be it the next one or the form with its errors. Loading it
// again would cost a second journey and lose the words that a page says only once.
async function arrive(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (response.redirected) history.pushState(null, "", response.url);
  shown = addressOf(location);
  document.title = page.title;
  document.body.replaceWith(page.body);
  document.getElementById("main")?.focus();
  window.scrollTo(0, 0);
  document.dispatchEvent(new CustomEvent("guapeng:arrived", { detail: { again: !response.redirected } }));
}

const addressOf = ({ pathname, search }) => pathname + search;
let shown = addressOf(location);

window.addEventListener("popstate", () => {
  if (addressOf(location) !== shown) location.reload();
});

let sending = false;

export async function sendAll() {
  if (sending || !navigator.onLine) return show();
  sending = true;
  try {
    for (const letter of await mine()) if (!(await settle(letter))) break;
  } finally {
    sending = false;
  }
  return show();
}

// Returns false when it is no use to go on: no network, or the server wants to be asked later.
async function settle(letter) {
  let response;
  try {
    response = await send(letter);
  } catch {
    return false;
  }
  if (response.ok) {
    await outbox.remove(letter.key);
    say(`${letter.named} ✓`, response.redirected ? response.url : "");
    return true;
  }
  if (PASSING.has(response.status) || response.status >= 500) return false;
  await outbox.put({ ...letter, refused: response.status });
  return true;
}

async function mine() {
  const letters = await outbox.all();
  return letters.filter((letter) => !letter.refused && (letter.visitor === "" || letter.visitor === visitor));
}

async function show() {
  const sign = document.querySelector("[data-queue]");
  if (!sign) return;
  const letters = await outbox.all();
  const refused = letters.filter((letter) => letter.refused).length;
  const words = refused ? sign.dataset.refused : sign.dataset.says;
  sign.hidden = letters.length === 0;
  sign.dataset.state = refused ? "refused" : "waiting";
  sign.querySelector("span").textContent = words.replace("{n}", refused || letters.length);
  document.dispatchEvent(new CustomEvent("guapeng:queue"));
}
