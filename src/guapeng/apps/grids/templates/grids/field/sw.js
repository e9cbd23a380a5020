{% comment %}
Keeps the page of field work with all that it is made of, and sends what waits when the browser says
that a signal is back. `module` where the browser knows workers that are modules.
{% endcomment %}{% if module %}import { catchUpBehind } from "{% static 'web/js/field/sync.js' %}";
{% else %}const catchUpBehind = async () => {};
{% endif %}
const KEPT = "field-{{ version }}";
const PAGE = "{% url 'grids:field' %}";
const STATIC = "{{ static|escapejs }}";
const ADDRESSES = { carried: "{% url 'grids:field_carried' %}", sync: "{% url 'grids:field_sync' %}", part: "{{ part }}" };
const ASSETS = [{% for asset in assets %}"{{ asset|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

// All of it, or the worker before stays: no half of the page is ever there.
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll([PAGE, ...ASSETS])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("field-") && name !== KEPT).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(event));
  else if (url.pathname.startsWith(STATIC)) event.respondWith(asset(event.request));
});

// The kept page comes at once. Behind it a newer one is asked for: language and look may have changed.
async function page(event) {
  const kept = await caches.open(KEPT);
  const known = await kept.match(PAGE);
  const fresh = fetch(event.request).then((response) => keep(response, kept));
  event.waitUntil(fresh.catch(() => {}));
  return known ?? fresh;
}

// Kept is only a page of this worker's own assets; those of the next come with the next worker.
async function keep(response, kept) {
  if (!response.ok || response.redirected) return response;
  const named = (await response.clone().text()).matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"#]+)/g);
  const known = new Set(ASSETS);
  const strange = [...named].some(([, address]) => address.startsWith(STATIC) && !known.has(address));
  if (!strange) await kept.put(PAGE, response.clone());
  return response;
}

async function asset(request) {
  return (await caches.match(request)) ?? fetch(request);
}

// Pages that are open send by themselves; without one it is done here, and the browser asks again
// later where it fails.
self.addEventListener("sync", (event) => event.waitUntil(catchUp()));

async function catchUp() {
  const open = await clients.matchAll({ type: "window" });
  if (!open.length) return catchUpBehind(ADDRESSES);
  for (const one of open) one.postMessage("catch up");
}
