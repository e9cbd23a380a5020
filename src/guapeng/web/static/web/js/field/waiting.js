// How many records wait, in words and as a sign at the head of every view.
import { isThere } from "./carried.js";
import { fill, word } from "./dom.js";
import { mine, stuck, waiting } from "./records.js";
import { sync } from "./sync.js";

export function syncWords() {
  return sync.state ? word(`sync_${sync.state}`) : "";
}

// The sign at the head of every view.
export function drawSign() {
  const sign = document.querySelector("[data-queue-sign]");
  const left = waiting().filter(({ of }) => !of).length || waiting().length;
  sign.hidden = !isThere() && !mine().length;
  const wrong = stuck().length;
  const isBusy = sync.state === "busy" && left > 0;
  sign.dataset.state = wrong ? "refused" : isBusy ? "busy" : left ? "waiting" : "done";
  const says = wrong ? word("stuck", { n: wrong }) : isBusy ? word("sending", { n: left }) : left ? word("waiting", { n: left }) : word("all_sent");
  fill(sign, { "[data-queue-says]": says });
}
