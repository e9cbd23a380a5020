// The rules in order: the first that fits answers.
const KEPT = "guapeng-{{ version }}";
const PAGES = "guapeng-pages-{{ version }}";
const ASSETS = [{% for asset in assets %}"{{ asset|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const OFFLINE = "{% url 'web:offline' %}";
const STATIC = "{{ static|escapejs }}";
const LEAVING = "{% url 'account_logout' %}";
const SIGN = "{% static 'web/mark-192.png' %}";
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    Promise.all([
      caches.open(KEPT).then((cache) => cache.addAll(ASSETS)),
      caches.open(PAGES).then((cache) => cache.add(OFFLINE)),
    ]).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => names.filter((name) => name.startsWith("guapeng-") && name !== KEPT && name !== PAGES))
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

// A page comes from the network. Without network, or when it takes too long, comes the kept page if
// the server allowed keeping it, else the offline page. Pages of somebody's own are never kept.
async function networkFirst(event) {
  const pages = await caches.open(PAGES);
  const fresh = fetch(event.request).then(async (response) => {
    if (response.ok && response.headers.get("Guapeng-Keep") === "yes") {
      await pages.put(keyOf(event.request), response.clone());
    }
    return response;
  });
  event.waitUntil(fresh.catch(() => {}));
  try {
    return await Promise.race([fresh, refuseAfter(PATIENCE, await pages.match(keyOf(event.request)))]);
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

// Nor what the telephone carried for field work.
function forgetField() {
  return new Promise((done) => {
    const request = indexedDB.deleteDatabase("field");
    request.onsuccess = request.onerror = request.onblocked = done;
  });
}

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
