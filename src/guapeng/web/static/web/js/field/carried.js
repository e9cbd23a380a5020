// What is carried of the grid, in memory: sections as the server sent them, and what follows from them.
import * as store from "./store.js";

const DAY = 24 * 60 * 60 * 1000;
const FIELDS = ["id", "version", "grid", "address", "kind", "members", "due", "why", "every", "last", "found"];
const KEEP_DAYS = 30;

const nothing = () => ({ whose: "", grids: [], token: "", etag: "", at: 0, tags: {}, sections: {}, households: new Map() });
export const carried = nothing();

export async function load() {
  Object.assign(carried, nothing());
  const rows = await store.all("carried").catch(leave); // what cannot be read is asked for anew
  const meta = rows.find?.((row) => row.name === "meta")?.content;
  if (!meta) return;
  Object.assign(carried, meta);
  for (const { name, content } of rows) if (name.startsWith("section:")) carried.sections[name.slice(8)] = content;
  if (isOld()) await leave();
  else derive();
}

// What nobody has asked for in weeks may be in the wrong hands, or of another time.
const isOld = () => Date.now() - carried.at > (rules().phone?.keep_days ?? KEEP_DAYS) * DAY;

export async function take({ whose, grids, token, tags, sections }, etag) {
  Object.assign(carried, { whose, grids, token, tags, etag, at: Date.now() });
  Object.assign(carried.sections, sections);
  const gone = Object.keys(carried.sections).filter((name) => !(name in tags));
  for (const name of gone) delete carried.sections[name];
  const fresh = Object.entries(sections).map(([name, content]) => ["carried", { name: `section:${name}`, content }]);
  await store.keep([...fresh, ["carried", { name: "meta", content: meta() }]]);
  await store.remove("carried", gone.map((name) => `section:${name}`));
  derive();
}

export async function touch() {
  carried.at = Date.now();
  await store.keep([["carried", { name: "meta", content: meta() }]]);
}

// Forgets what was carried, not what was written. Returns that it must be asked for anew.
export async function leave() {
  await store.empty(["carried"]);
  Object.assign(carried, nothing());
  return true;
}

const meta = ({ whose, grids, token, tags, etag, at } = carried) => ({ whose, grids, token, tags, etag, at });

function derive() {
  carried.households = new Map();
  for (const [name, rows] of Object.entries(carried.sections)) {
    if (!name.startsWith("households/")) continue;
    for (const row of rows) carried.households.set(row[0], Object.fromEntries(FIELDS.map((field, n) => [field, row[n]])));
  }
}

export const isThere = () => Boolean(carried.sections.rules);
export const rules = () => carried.sections.rules ?? {};
export const places = () => carried.sections.places ?? [];
export const tasks = () => carried.sections.tasks ?? [];
export const forms = () => carried.sections.forms ?? {};
export const guidance = () => carried.sections.guidance ?? [];
export const grounds = () => Object.entries(carried.sections).filter(([name]) => name.startsWith("grid/")).map(([, ground]) => ground);
export const kindName = (kind) => Object.fromEntries(rules().kinds ?? [])[kind] ?? kind;
