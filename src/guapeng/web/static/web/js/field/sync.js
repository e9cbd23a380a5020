// Catching up with the server: what waits goes out, what has changed comes in. One round at a time;
// a round that fails is tried again, later each time. Sending twice is harmless (client-made ids).
import { carried, leave, load as loadCarried, rules, take, touch } from "./carried.js";
import { change, changed, drop, inOrder, load as loadRecords, rebase, records, waiting } from "./records.js";
import { sendPieces } from "./pieces.js";
import * as store from "./store.js";

const PATIENCE = 30000;
const MOST_BYTES = 400000;
const FIRST_PAUSE = 10000;
const LONGEST_PAUSE = 5 * 60000;
const RECORDS = 50;

// How it stands: fine, offline, busy, failed, sign_in, other (it is somebody else's telephone now), and
// without a grid: wiped (what was here is deleted), no_grid (nothing was), others (somebody else's waits).
const WITHOUT_GRID = new Set(["wiped", "no_grid", "others"]);
export const sync = { state: "" };
export const mustSignIn = () => ["sign_in", "other"].includes(sync.state);
let addresses;
let running;
let again = false;
let isAsked = false;
let isDoubtful = false; // whether the server knows who this is
let pause = FIRST_PAUSE;
let timer;

class Stop extends Error {
  constructor(state, whose = "") {
    super(state);
    this.state = state;
    this.whose = whose;
  }
}

export function start(dataset) {
  addresses = dataset;
  addEventListener("online", () => catchUp());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && catchUp());
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "catch up" && catchUp());
  return catchUp();
}

// Without a page, when the browser says that a signal is back: fails where something still waits.
export async function catchUpBehind(dataset) {
  addresses = dataset;
  await loadCarried();
  await alone(round);
  if (waiting().length && !["sign_in", "other", ...WITHOUT_GRID].includes(sync.state)) throw new Error(sync.state);
}

// Two pages, or a page and the worker behind it, do not send at the same time.
const alone = (act) => (navigator.locks ? navigator.locks.request("field", act) : act());

// Background Sync, where the browser has it, wakes the page when the signal comes back; elsewhere the
// online event does, and the clock.
export async function promise() {
  catchUp();
  const worker = await navigator.serviceWorker?.getRegistration();
  worker?.sync?.register("field").catch(() => {});
}

// Some browsers think that there is no network when there is: a person who presses is believed.
export function catchUp({ anyway = false } = {}) {
  isAsked ||= anyway;
  if (running) again = true;
  return (running ??= rounds().finally(() => (running = undefined)));
}

async function rounds() {
  clearTimeout(timer);
  do {
    again = false;
    await alone(round);
  } while (again);
  if (sync.state !== "fine" && !WITHOUT_GRID.has(sync.state)) timer = setTimeout(catchUp, (pause = Math.min(2 * pause, LONGEST_PAUSE)));
  else pause = FIRST_PAUSE;
}

async function round() {
  if (!navigator.onLine && !isAsked) return tell("offline");
  isAsked = false;
  tell("busy");
  try {
    await loadRecords();
    if (!carried.whose || !token() || isDoubtful) await bring();
    isDoubtful = false;
    if (await sendAll()) await bring();
    else if (!fresh()) await bring();
    tell(waiting().length ? "failed" : "fine");
  } catch (stop) {
    isDoubtful = stop instanceof Stop && stop.state === "sign_in";
    if (stop instanceof Stop && stop.state === "wiped") await forgetAll();
    if (stop instanceof Stop && stop.state === "others") await forgetMine(stop.whose);
    if (stop instanceof Stop && stop.state === "other") again = await leave();
    tell(stop instanceof Stop ? stop.state : navigator.onLine ? "failed" : "offline");
  }
}

// What somebody else wrote here waits for them.
async function forgetMine(whose) {
  for (const one of [...records.values()].filter((row) => row.whose === whose && !row.of)) await drop(one.id);
  await leave();
  carried.whose = whose; // and is not shown to whoever is here
}

async function forgetAll() {
  await store.wipe();
  await leave();
  records.clear();
}

let brought = 0;
const fresh = () => Date.now() - brought < 60000;

function tell(state) {
  sync.state = state;
  changed();
}

// The worker behind reads no cookies, and shows the token that came with what is carried.
const token = () => globalThis.document?.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? carried.token;

async function ask(address, options = {}) {
  const headers = { ...options.headers };
  if (carried.whose && options.method) headers["Guapeng-Whose"] = carried.whose;
  if (options.method) headers["X-CSRFToken"] = token() ?? "";
  const response = await fetch(address, { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE), ...options, headers });
  if (response.status === 304) return { state: "ok" };
  // A page instead of an answer: the way leads through signing in, or a second factor.
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw new Stop(response.status < 500 ? "sign_in" : "failed");
  const answer = await response.json();
  if (["sign_in", "other"].includes(answer.state)) throw new Stop(answer.state);
  if (answer.state === "wiped") throw new Stop(withoutGrid(answer), answer.whose);
  return { ...answer, etag: response.headers.get("ETag") };
}

function withoutGrid({ whose }) {
  if (carried.whose && whose !== carried.whose) return "other";
  if (inOrder().some((one) => one.whose && one.whose !== whose && one.state !== "taken")) return "others";
  return carried.whose || records.size ? "wiped" : "no_grid";
}

async function bring() {
  const has = Object.entries(carried.tags).map(([name, tag]) => `${name}=${tag}`).join(",");
  const headers = has ? { "Guapeng-Has": has, "If-None-Match": carried.etag } : {};
  const answer = await ask(addresses.carried, { headers });
  brought = Date.now();
  if (answer.sections && carried.whose && answer.whose !== carried.whose) throw new Stop("other");
  if (answer.sections) await take(answer, answer.etag);
  else await touch();
}

// Returns whether anything was settled. What the server wants to be asked for later is not asked for
// again in the same round.
async function sendAll() {
  const asked = new Set();
  let settled = 0;
  for (;;) {
    const batch = await next(asked);
    if (!batch.length) return settled;
    for (const one of batch) asked.add(one.id);
    const body = JSON.stringify({ records: batch.map((one) => one.content.sent) });
    const { answers = [], state } = await ask(addresses.sync, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    if (state !== "ok") throw new Stop("failed");
    for (const answer of answers) settled += await settle(answer);
  }
}

// The next records that fit into one letter; photographs follow what they belong to, and their bytes
// go ahead of them.
async function next(asked) {
  const batch = [];
  let bytes = 0;
  for (const one of waiting()) {
    if (asked.has(one.id) || batch.length >= (rules().phone?.records ?? RECORDS)) continue;
    if (one.of && !isSettled(one.of)) continue;
    bytes += JSON.stringify(one.content.sent).length * 3;
    if (batch.length && bytes > MOST_BYTES) break;
    if (one.of && batch.some(({ of }) => !of)) break; // words first
    if (one.of) await sendPieces(one, { ask, address: addresses.part });
    batch.push(one);
  }
  return batch;
}

const isSettled = (id) => (records.get(id)?.state ?? "taken") === "taken";

async function settle({ id, state, ...answer }) {
  const one = records.get(id);
  if (!one || one.state !== "waiting") return 0;
  if (state === "incomplete") await change(one, { have: answer.have });
  if (["later", "incomplete"].includes(state)) return 0;
  one.content.answer = answer;
  await change(one, { state: state === "known" ? "taken" : state });
  if (one.kind === "photo" && one.state === "taken") await store.remove("photos", [id]);
  if (one.kind === "household" && one.content.sent.household) {
    await rebase(one.content.sent.household, one.state === "taken" ? answer.version : one.content.sent.version);
  }
  return 1;
}
