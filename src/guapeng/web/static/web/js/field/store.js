// The telephone's own store (IndexedDB): what is carried of the grid, what was written, photographs.
// Contents are sealed with a key that no script can read out, where the browser has such keys; what
// stands open beside them is an id, a state and a count of bytes.

const NAME = "field";
const SHELVES = { keys: "name", carried: "name", records: "id", photos: "id" };

let opened;
let key;

function open() {
  return (opened ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [shelf, keyPath] of Object.entries(SHELVES)) request.result.createObjectStore(shelf, { keyPath });
    };
    request.onsuccess = () => {
      request.result.onversionchange = forgotten;
      done(request.result);
    };
    request.onerror = () => failed(request.error);
  }));
}

// Somebody signs out, or the post has ended: another page, or the worker, deletes the store.
async function forgotten() {
  await close();
  globalThis.document?.location.reload();
}

async function close() {
  const base = await opened;
  opened = key = undefined;
  base?.close();
}

async function deal(shelves, mode, act) {
  const base = await open();
  return new Promise((done, failed) => {
    // Written through to the disk: a telephone may be switched off the moment after.
    const whole = base.transaction(shelves, mode, { durability: "strict" });
    const request = act(whole);
    whole.oncomplete = () => done(request?.result);
    whole.onabort = () => failed(whole.error);
  });
}

export const isSealing = () => Boolean(globalThis.crypto?.subtle);

async function ownKey() {
  return (key ??= (async () => {
    const known = await deal(["keys"], "readonly", (whole) => whole.objectStore("keys").get("key"));
    if (known) return known.key;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await deal(["keys"], "readwrite", (whole) => whole.objectStore("keys").put({ name: "key", key: made }));
    return made;
  })());
}

async function sealed(content) {
  if (!isSealing()) return { plain: content };
  const isBytes = content instanceof ArrayBuffer;
  const bytes = isBytes ? content : new TextEncoder().encode(JSON.stringify(content));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, isBytes, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await ownKey(), bytes) };
}

async function unsealed({ plain, iv, isBytes, data }) {
  if (plain !== undefined) return plain;
  const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await ownKey(), data);
  return isBytes ? bytes : JSON.parse(new TextDecoder().decode(bytes));
}

// Rows are { …open, content }: all of them are kept, or none.
export async function keep(rows) {
  const ready = await Promise.all(
    rows.map(async ([shelf, { content, ...row }]) => [shelf, { ...row, sealed: await sealed(content) }]),
  );
  const shelves = [...new Set(ready.map(([shelf]) => shelf))];
  if (shelves.length) await deal(shelves, "readwrite", (whole) => ready.forEach(([shelf, row]) => whole.objectStore(shelf).put(row)));
}

export async function all(shelf) {
  const rows = await deal([shelf], "readonly", (whole) => whole.objectStore(shelf).getAll());
  return Promise.all(rows.map(async ({ sealed: closed, ...row }) => ({ ...row, content: await unsealed(closed) })));
}

export async function get(shelf, id) {
  const row = await deal([shelf], "readonly", (whole) => whole.objectStore(shelf).get(id));
  return row && unsealed(row.sealed);
}

export const remove = (shelf, ids) =>
  deal([shelf], "readwrite", (whole) => ids.forEach((id) => whole.objectStore(shelf).delete(id)));

export const empty = (shelves) => deal(shelves, "readwrite", (whole) => shelves.forEach((shelf) => whole.objectStore(shelf).clear()));

// The key goes too: what a disk may still hold cannot be read again. Other pages begin anew.
export async function wipe() {
  await close();
  await new Promise((done) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = request.onblocked = done;
  });
}
