// Every page works without this file. It makes pages kinder: drafts, photos, places, keys, queue.
import { forget, rememberDrafts } from "./drafts.js";
import { watchDialogs } from "./dialogs.js";
import { fillIds } from "./ids.js";
import { watchKeys } from "./keys.js";
import { watchPlaces } from "./places.js";
import { watchPhotos } from "./photos.js";
import { watchQueue } from "./queue.js";
import { watchCounts } from "./counts.js";

const root = document.documentElement;
root.classList.add("scripted");

// Whatever needs a look at new elements gets one now and after htmx has brought some.
function arrive(part) {
  for (const said of part.querySelectorAll("[data-said^='clears:']")) {
    forget(said.dataset.said.slice("clears:".length));
  }
  fillIds(part);
  rememberDrafts(part);
  for (const button of part.querySelectorAll("[data-here], [data-prints]")) button.hidden = false;
  part.querySelector("[data-focus]")?.focus();
  drawMaps(part);
  if (part.querySelector("[data-push]")) import("./push.js").then(({ offerPush }) => offerPush(part));
  if (part.querySelector("[data-leaving]")) import("./leaving.js").then(({ watchLeaving }) => watchLeaving(part));
  if (part.querySelector("[data-unsent]")) import("./unsent.js").then(({ listUnsent }) => listUnsent(part));
}

function drawMaps(part) {
  if (part.querySelector("[data-map]")) import("./map.js").then((maps) => maps.drawMaps(part));
}

watchCounts();
watchDialogs();
watchKeys();
watchPlaces();
watchPhotos();
watchQueue();
arrive(document);
document.addEventListener("htmx:afterSwap", (event) => arrive(event.target));
document.addEventListener("guapeng:arrived", () => arrive(document.body));
document.addEventListener("toggle", ({ target }) => target.open && drawMaps(target), true);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js");
