// Forms that wait for the network, in the order in which they were sent (IndexedDB, growing key).

const SHELF = "forms";

function open() {
  return new Promise((done, failed) => {
    const request = indexedDB.open("guapeng", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(SHELF, { keyPath: "key", autoIncrement: true });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

async function on(mode, ask) {
  const base = await open();
  try {
    return await new Promise((done, failed) => {
      const deal = base.transaction(SHELF, mode);
      const request = ask(deal.objectStore(SHELF));
      deal.oncomplete = () => done(request.result);
      deal.onabort = () => failed(deal.error);
    });
  } finally {
    base.close();
  }
}

export const all = () => on("readonly", (shelf) => shelf.getAll());
export const put = (form) => on("readwrite", (shelf) => shelf.put(form));
export const remove = (key) => on("readwrite", (shelf) => shelf.delete(key));
