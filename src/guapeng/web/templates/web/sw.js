// The rules in order: the first that fits answers.
const KEPT = "guapeng-{{ version }}";
const PAGES = "guapeng-pages-{{ version }}";
const ASSETS = [{% for asset in assets %}"{{ asset|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const OFFLINE = "{% url 'web:offline' %}";
const STATIC = "{{ static|escapejs }}";
const LEAVING = "{% url 'account_logout' %}";
const SIGN = "{% static 'web/mark-192.png' %}";
const KEEP = "Guapeng-Keep";
const FIELD = "guapeng-field";
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    Promise.all([
      caches.open(KEPT).then((cache) => cache.addAll(ASSETS)),
      caches.open(PAGES).then((cache) => cache.add(OFFLINE)),
      bringAlong(),
    ]).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => names.filter((name) => name !== KEPT && name !== PAGES))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.pathname === LEAVING) event.waitUntil(forgetPages());
  if (url.pathname === LEAVING && request.method === "POST") event.waitUntil(Promise.all([forgetPush(), forgetField()]));
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith(STATIC)) event.respondWith(cacheFirst(request));
  else if (request.mode === "navigate") event.respondWith(networkFirst(event));
});

// Fingerprinted files never change, so the kept one is as good as a new one.
async function cacheFirst(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) (await caches.open(KEPT)).put(request, response.clone());
  return response;
}

// A page that works without network for days comes at once; a newer one is fetched behind it, and kept
// only with all that it names, so that no half of it is ever there.
async function keepWhole(response) {
  const named = (await response.clone().text()).matchAll(/(?:src|href)="([^"#]+)/g);
  const assets = new Set([...named].map(([, address]) => address).filter((address) => address.startsWith(STATIC)));
  const kept = await caches.open(KEPT);
  await Promise.all([...assets].map(async (address) => (await kept.match(address)) ?? kept.add(address)));
  await (await caches.open(PAGES)).put(keyOf(response), response);
}

async function fetchWhole(address) {
  const response = await fetch(address);
  if (response.ok && response.headers.get(KEEP) === "first") await keepWhole(response);
}

// An upgrade must not take such a page away from somebody who is about to leave the network.
async function bringAlong() {
  for (const name of await caches.keys()) {
    if (!name.startsWith("guapeng-pages-") || name === PAGES) continue;
    const old = await caches.open(name);
    for (const request of await old.keys()) {
      if ((await old.match(request)).headers.get(KEEP) === "first") await fetchWhole(request.url);
    }
  }
}

// Such a page asks to be kept when it was opened before this worker was there.
self.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(fetchWhole(event.data.keep));
});

// A page comes from the network. Without network, or when it takes too long, comes the kept page if
// the server allowed keeping it, else the offline page. Pages of somebody's own are never kept.
async function networkFirst(event) {
  const pages = await caches.open(PAGES);
  const known = await pages.match(keyOf(event.request));
  const fresh = fetch(event.request).then(async (response) => {
    const keep = response.ok && response.headers.get(KEEP);
    if (keep === "yes") await pages.put(keyOf(event.request), response.clone());
    if (keep === "first") event.waitUntil(keepWhole(response.clone()));
    return response;
  });
  event.waitUntil(fresh.catch(() => {}));
  if (known?.headers.get(KEEP) === "first") return known;
  try {
    return await Promise.race([fresh, refuseAfter(PATIENCE, known)]);
  } catch {
    return (await pages.match(keyOf(event.request))) ?? (await pages.match(OFFLINE));
  }
}

// A kept page is worth showing early; without one, waiting is better than the offline page.
function refuseAfter(patience, kept) {
  return new Promise((_, refuse) => kept && setTimeout(refuse, patience));
}

// The next person at this telephone gets pages of their own.
async function forgetPages() {
  await caches.delete(PAGES);
  await (await caches.open(PAGES)).add(OFFLINE);
}

// Nor do they get what was meant for the one before; the push service tells us at the next letter.
async function forgetPush() {
  const subscription = await registration.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}

// Nor what a telephone carried of a grid.
function forgetField() {
  return new Promise((done) => {
    const request = indexedDB.deleteDatabase(FIELD);
    request.onsuccess = request.onerror = request.onblocked = done;
  });
}

// A signal is back, says the browser. Pages that are open send what waits.
self.addEventListener("sync", (event) => {
  event.waitUntil(clients.matchAll({ type: "window" }).then((open) => open.forEach((page) => page.postMessage("catch up"))));
});

// Of each matter the newest alone is shown. What is sent holds nothing personal.
self.addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body, tag, renotify: true, icon: SIGN, badge: SIGN, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, location.origin);
  if (url.origin === location.origin) event.waitUntil(show(url.href));
});

async function show(address) {
  const open = await clients.matchAll({ type: "window" });
  const here = open.find((client) => client.url === address) ?? open[0];
  if (!here) return clients.openWindow(address);
  await here.focus();
  if (here.url !== address) await here.navigate(address);
}

function keyOf(request) {
  return new URL(request.url).pathname;
}
