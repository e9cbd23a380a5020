// Leaflet without tiles: polygons and points of our own, so that a map needs no foreign server.

let library;

function load({ library: script, style }) {
  library ??= Promise.all([
    fetched(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style })),
    fetched(Object.assign(document.createElement("script"), { src: script })),
  ]);
  return library;
}

function fetched(element) {
  return new Promise((done, failed) => {
    element.addEventListener("load", done);
    element.addEventListener("error", failed);
    document.head.append(element);
  });
}

export async function drawMaps(part) {
  for (const ground of part.querySelectorAll("[data-map]:not([data-drawn])")) {
    // A folded map has no size yet, and may never be wanted.
    if (ground.closest("details:not([open])")) continue;
    ground.dataset.drawn = "yes";
    await load(ground.dataset);
    await draw(ground);
  }
}

async function draw(ground) {
  const { areas, points, center, zoom, tiles } = ground.dataset;
  const isLive = "live" in ground.dataset;
  const map = L.map(ground, { attributionControl: false, zoomSnap: 0.25 });
  if (tiles) L.tileLayer(tiles).addTo(map);
  const layers = await Promise.all([
    areas && layer(areas, { style: { className: "area" }, onEachFeature: name }),
    points && !isLive && layer(points, { pointToLayer: dot, onEachFeature: name }),
  ]);
  const bounds = L.featureGroup(layers.filter(Boolean)).addTo(map).getBounds();
  if (center && !(isLive && bounds.isValid())) map.setView(center.split(",").map(Number), Number(zoom || 14));
  else if (bounds.isValid()) map.fitBounds(bounds, { padding: [16, 16] });
  else map.fitWorld();
  if (isLive) followSight(map, points);
  if ("pick" in ground.dataset) watchPicks(ground, map);
}

// A map without its outlines is still a map: what the server refuses is left out.
async function layer(url, options) {
  const response = await fetch(url);
  return L.geoJSON(response.ok ? await response.json() : null, options);
}

// Only the newest answer is drawn: an older one may come later on a slow line.
function followSight(map, url) {
  const marks = L.layerGroup().addTo(map);
  let asked = 0;
  const look = async () => {
    const turn = ++asked;
    const box = map.getBounds().toBBoxString();
    const found = await layer(`${url}&box=${box}`, { pointToLayer: dot, onEachFeature: name });
    if (turn !== asked) return;
    marks.clearLayers();
    found.addTo(marks);
  };
  map.on("moveend", look);
  look();
}

function dot({ properties }, at) {
  if (properties.count) return L.marker(at, { icon: badge(properties), title: properties.name });
  return L.circleMarker(at, { radius: 9, className: `point tone-${properties.tone ?? "going"}` });
}

function badge({ count, tone }) {
  const html = document.createElement("span");
  html.textContent = count;
  return L.divIcon({ html, className: `count tone-${tone ?? "going"}`, iconSize: null });
}

function name({ properties }, drawn) {
  const words = document.createElement(properties.href ? "a" : "span");
  words.textContent = properties.name;
  if (properties.href) words.href = properties.href;
  if (properties.href) drawn.bindPopup(words);
  else drawn.bindTooltip(words, { sticky: true });
}

function watchPicks(ground, map) {
  const form = ground.closest("form") ?? document;
  const field = (name) => form.querySelector(`[name="${CSS.escape(name)}"]`);
  const mark = L.circleMarker([0, 0], { radius: 11, className: "pick" });
  const pick = (lon, lat) => {
    field(ground.dataset.lonField).value = lon.toFixed(6);
    field(ground.dataset.latField).value = lat.toFixed(6);
    mark.setLatLng([lat, lon]).addTo(map);
  };
  const lon = field(ground.dataset.lonField).value;
  if (lon) pick(Number(lon), Number(field(ground.dataset.latField).value));
  map.on("click", ({ latlng }) => pick(latlng.lng, latlng.lat));
  form.addEventListener("located", ({ detail }) => {
    pick(detail.longitude, detail.latitude);
    map.setView([detail.latitude, detail.longitude], 16);
  });
}
