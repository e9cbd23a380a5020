// Field work on a telephone: #today, #visit/…, #place/…, #task/…, #report, #household/…, #map, #waiting,
// #conflict/…, #more. What is shown comes from the telephone's own store; the server is met behind it.
import { isThere, load as loadCarried } from "./carried.js";
import { drawConflict } from "./conflict.js";
import { fill, show, word } from "./dom.js";
import { drawHousehold } from "./household.js";
import { drawHouseholds } from "./households.js";
import { drawMap } from "./map.js";
import { drawMore } from "./more.js";
import { load as loadRecords } from "./records.js";
import { drawReport } from "./report.js";
import { start, sync } from "./sync.js";
import { drawTask } from "./task.js";
import { drawToday } from "./today.js";
import { drawVisit } from "./visit.js";
import { drawSign, drawWaiting } from "./waiting.js";

const VIEWS = {
  today: drawToday,
  visit: (id, mends) => drawVisit("household", id, mends),
  place: (id, mends) => drawVisit("place", id, mends),
  task: drawTask,
  report: (_, mends) => drawReport(mends),
  household: drawHousehold,
  households: drawHouseholds,
  map: drawMap,
  waiting: drawWaiting,
  conflict: drawConflict,
  more: drawMore,
};
// Views without a form show at once what has changed behind them.
const LIVE = new Set(["today", "map", "waiting", "more"]);
const WITHOUT_DATA = new Set(["waiting", "more", "conflict"]);

// #visit/<id>/mends/<record>: a refused record is written anew.
function route() {
  const [view, ...rest] = decodeURIComponent(location.hash.slice(1)).split("/");
  const mends = rest.indexOf("mends");
  const id = (mends < 0 ? rest : rest.slice(0, mends)).join("/");
  return { view: view in VIEWS ? view : "today", id, mends: mends < 0 ? "" : rest[mends + 1] };
}

function draw() {
  const { view, id, mends } = route();
  for (const link of document.querySelectorAll(".nav a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  drawSign();
  if (!isThere() && !WITHOUT_DATA.has(view)) drawEmpty();
  else VIEWS[view](id, mends);
}

// Nothing is carried: not yet, or no more.
function drawEmpty() {
  const main = show("empty");
  const state = sync.state || "busy";
  fill(main, { "[data-title]": word(`empty_${state}`), "[data-says]": word(`empty_${state}_says`) });
  main.querySelector("[data-sign-in]").hidden = !["sign_in", "other"].includes(state);
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

addEventListener("hashchange", () => {
  draw();
  document.getElementById("main").focus();
  scrollTo(0, 0);
});
document.addEventListener("field:changed", redraw);

await loadCarried();
await loadRecords();
draw();
document.documentElement.dataset.ready = "yes";
const { dataset } = document.querySelector("[data-field]");
start(dataset);
askToBeKept(dataset);
