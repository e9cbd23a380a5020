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
    ground.dataset.drawn = "yes";
    await load(ground.dataset);
    await draw(ground);
  }
}

async function draw(ground) {
  const { areas, points, center, zoom } = ground.dataset;
  const map = L.map(ground, { attributionControl: false, zoomSnap: 0.25 });
  const layers = await Promise.all([
    areas && layer(areas, { style: { className: "area" }, onEachFeature: name }),
    points && layer(points, { pointToLayer: dot, onEachFeature: name }),
  ]);
  const shown = L.featureGroup(layers.filter(Boolean)).addTo(map);
  if (center) map.setView(center.split(",").map(Number), Number(zoom || 14));
  else map.fitBounds(shown.getBounds(), { padding: [16, 16] });
  if ("pick" in ground.dataset) watchPicks(ground, map);
}

async function layer(url, options) {
  const response = await fetch(url);
  return L.geoJSON(await response.json(), options);
}

function dot({ properties }, at) {
  return L.circleMarker(at, { radius: 9, className: `point tone-${properties.tone ?? "going"}` });
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
  map.on("click", ({ latlng }) => pick(latlng.lng, latlng.lat));
  form.addEventListener("located", ({ detail }) => {
    pick(detail.longitude, detail.latitude);
    map.setView([detail.latitude, detail.longitude], 16);
  });
}
