// Signing out takes along what the telephone carried for field work: <form data-leaving>. What was not
// sent yet goes with it, so [data-unsent-says] tells first how many records that are.

const NAME = "field";

export async function watchLeaving(part) {
  const form = part.querySelector("form[data-leaving]");
  if (!form) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await forget();
    form.submit();
  });
  const says = part.querySelector("[data-unsent-says]");
  const left = await unsent();
  says.hidden = left === 0;
  says.textContent = says.dataset.unsentSays.replace("{n}", left);
}

const asked = (request) => new Promise((done) => {
  request.onsuccess = () => done(request.result);
  request.onerror = request.onblocked = () => done();
});

const forget = () => asked(indexedDB.deleteDatabase(NAME));

// Where nobody has done field work there is no store, and none is made.
async function unsent() {
  const known = (await indexedDB.databases?.()) ?? [];
  if (!known.some(({ name }) => name === NAME)) return 0;
  const base = await asked(indexedDB.open(NAME));
  if (!base?.objectStoreNames.contains("records")) return base?.close() ?? 0;
  const rows = await asked(base.transaction("records").objectStore("records").getAll());
  base.close();
  return rows.filter(({ state, of }) => state !== "taken" && !of).length;
}
