// Field work on a telephone: #today, #visit/…, #place/…, #task/…, #report, #household/…, #map, #waiting,
// #conflict/…, #more. What is shown comes from the telephone's own store; the server is met behind it.
import { isThere, load as loadCarried } from "./carried.js";
import { fill, show, word } from "./dom.js";
import { load as loadRecords } from "./records.js";
import { mustSignIn, start, sync } from "./sync.js";
import { drawToday } from "./today.js";
import { drawSign } from "./waiting.js";

// The list of the day comes with the page, everything else once it is shown. Each returns what draws.
const VIEWS = {
  today: async () => drawToday,
  visit: async () => (await import("./visit.js")).drawVisit,
  place: async () => (await import("./visit.js")).drawPlaceVisit,
  task: async () => (await import("./task.js")).drawTask,
  report: async () => (await import("./report.js")).drawReport,
  household: async () => (await import("./household.js")).drawHousehold,
  households: async () => (await import("./households.js")).drawHouseholds,
  map: async () => (await import("./map.js")).drawMap,
  waiting: async () => (await import("./queue.js")).drawWaiting,
  conflict: async () => (await import("./conflict.js")).drawConflict,
  more: async () => (await import("./more.js")).drawMore,
};
// Views without a form show at once what has changed behind them.
const LIVE = new Set(["today", "map", "waiting", "more"]);
const PATIENCE = 10000;
const WITHOUT_DATA = new Set(["waiting", "more", "conflict"]);

// #visit/<id>/mends/<record>: a refused record is written anew.
function route() {
  const [view, ...rest] = decodeURIComponent(location.hash.slice(1)).split("/");
  const mends = rest.indexOf("mends");
  const id = (mends < 0 ? rest : rest.slice(0, mends)).join("/");
  return { view: view in VIEWS ? view : "today", id, mends: mends < 0 ? "" : rest[mends + 1] };
}

async function draw() {
  const asked = location.hash;
  const { view, id, mends } = route();
  for (const link of document.querySelectorAll(".nav a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  drawSign();
  if (!isThere() && !WITHOUT_DATA.has(view)) return drawEmpty();
  const drawView = await VIEWS[view]();
  if (location.hash === asked) await drawView(id, mends);
}

// Nothing is carried: not yet, or no more.
function drawEmpty() {
  const main = show("empty");
  const state = sync.state || "busy";
  fill(main, { "[data-title]": word(`empty_${state}`), "[data-says]": word(`empty_${state}_says`) });
  main.querySelector("[data-sign-in]").hidden = !mustSignIn();
}

function redraw() {
  drawSign();
  const isEmpty = Boolean(document.querySelector("[data-view] > .empty"));
  if (isEmpty || LIVE.has(route().view) || !isThere()) draw();
}

// The worker of this page alone: it keeps the page and sends behind it. As a module it can send by
// itself; a browser that knows no such workers gets one that keeps the page.
async function askToBeKept({ worker }) {
  const { serviceWorker, storage } = navigator;
  const asked = serviceWorker?.register(`${worker}?module`, { type: "module" }).catch(() => serviceWorker.register(worker));
  await asked?.catch(() => {});
  // Asked so that the browser does not clear away what waits when it is short of room.
  storage?.persist?.();
}

addEventListener("hashchange", async () => {
  await draw();
  document.getElementById("main").focus();
  scrollTo(0, 0);
});
document.addEventListener("field:changed", redraw);

document.documentElement.classList.add("scripted");
await loadCarried();
await loadRecords();
await draw();
document.documentElement.dataset.ready = "yes";
const { dataset } = document.querySelector("[data-field]");
// What somebody waits for comes first, then what a later view and a later day need.
await Promise.race([start(dataset), new Promise((done) => setTimeout(done, PATIENCE))]);
await askToBeKept(dataset);
await Promise.all(Object.values(VIEWS).map((load) => load()));
