// What was written here and is to arrive: each record with its own id, in the order of writing.
//
// A record: { id, n, state, whose, photos, content }. State: waiting, taken, refused, conflict;
// content: what is sent, and `about` (words for the list), and `answer`. No moment is kept of it,
// only the day. Photographs are records of the kind photo, their bytes on a shelf of their own.
import { newId } from "../ids.js";
import * as store from "./store.js";
import { carried } from "./carried.js";
import { daysSince, today } from "./clock.js";

const KEPT_DAYS = 7;
export const records = new Map();

// Another page, or the worker behind, may have settled some since.
export async function load() {
  const before = new Set(records.keys());
  const rows = await store.all("records");
  for (const { id } of rows) before.delete(id);
  for (const id of before) records.delete(id);
  for (const row of rows) records.set(row.id, row);
  const old = [...records.values()].filter(({ state, content }) => state === "taken" && daysSince(content.day) > KEPT_DAYS);
  await forget(old.map(({ id }) => id));
}

// Keeps a record with its photographs, all at once; `instead` is one that it takes the place of.
export async function write(kind, sent, { about, files = [], instead = "" }) {
  const made = record(kind, sent, { about, n: next() });
  const pictures = await Promise.all(files.map((file, n) => picture(file, made, n)));
  const rows = [made, ...pictures.map(({ shot }) => shot)];
  await store.keep([
    ...rows.map((one) => ["records", one]),
    ...pictures.map(({ shot, bytes }) => ["photos", { id: shot.id, content: bytes }]),
  ]);
  for (const one of rows) records.set(one.id, one);
  if (instead) await drop(instead);
  changed();
  return made;
}

function record(kind, sent, { about = {}, n }) {
  const id = newId();
  const content = { sent: { id, kind, ...sent }, about, day: today(), answer: {} };
  return { id, n, kind, state: "waiting", whose: carried.whose, content };
}

const next = () => Math.floor(Math.max(0, ...[...records.values()].map(({ n }) => n))) + 1;

async function picture(file, of, count) {
  const bytes = await file.arrayBuffer();
  const sent = { of: of.id, name: file.name, bytes: bytes.byteLength, sha256: await digest(bytes) };
  const shot = record("photo", sent, { n: of.n + (count + 1) / 100 });
  return { shot: { ...shot, of: of.id, have: 0 }, bytes };
}

// A page without https has no digests: then the number of bytes must do.
async function digest(bytes) {
  if (!globalThis.crypto?.subtle) return "";
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function change(one, fields) {
  Object.assign(one, fields);
  await store.keep([["records", one]]);
  changed();
}

// A record goes with its photographs.
export async function drop(id) {
  await forget([id, ...photosOf(id).map((one) => one.id)]);
  changed();
}

async function forget(ids) {
  if (!ids.length) return;
  await store.remove("records", ids);
  await store.remove("photos", ids);
  for (const id of ids) records.delete(id);
}

export const changed = () => globalThis.document?.dispatchEvent(new CustomEvent("field:changed"));
export const inOrder = () => [...records.values()].sort((one, other) => one.n - other.n);
export const photosOf = (id) => [...records.values()].filter((one) => one.of === id);
export const mine = () => inOrder().filter(({ whose }) => !carried.whose || !whose || whose === carried.whose);
export const waiting = () => mine().filter(({ state }) => state === "waiting");
export const stuck = () => mine().filter(({ state }) => state === "refused" || state === "conflict");

// Visits that were written here, of which the carried list may not know yet.
export const writtenOf = (kind, id) =>
  inOrder().filter(({ kind: one, state, content }) => one === "visit" && state !== "refused" && content.sent[kind] === id);

// Upon which version the next change of a household is written: those that wait come before it.
export function versionFor(id, known) {
  const last = inOrder().filter((one) => one.kind === "household" && one.state === "waiting" && one.content.sent.household === id).at(-1);
  return last ? last.content.sent.version + 1 : known;
}

// Once a change is settled, those after it stand upon what became of it.
export async function rebase(id, version) {
  const after = inOrder().filter((one) => one.kind === "household" && one.state === "waiting" && one.content.sent.household === id);
  for (const [n, one] of after.entries()) {
    one.content.sent.version = version + n;
    await store.keep([["records", one]]);
  }
}
