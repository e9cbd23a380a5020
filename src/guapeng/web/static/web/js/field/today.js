// The list of the day: what is awaited, whom to visit, what to look at.
import { tasks } from "./carried.js";
import { today } from "./clock.js";
import { placesOfToday, visitsOfToday } from "./days.js";
import { day, fill, row, show, state, word } from "./dom.js";
import { inOrder } from "./records.js";
import { syncWords } from "./waiting.js";

const URGENT = 2;

export function drawToday() {
  const main = show("today");
  fill(main, { "[data-when]": day(today()), "[data-sync-says]": syncWords() });
  const { shown, rest } = visitsOfToday();
  const drawn = [
    part(main, "tasks", openTasks().map(taskRow)),
    part(main, "visits", shown.map(visitRow)),
    part(main, "places", placesOfToday().map(placeRow)),
  ];
  const more = main.querySelector("[data-rest]");
  more.hidden = rest <= 0;
  more.textContent = word("more_due", { n: rest });
  main.querySelector("[data-nothing]").hidden = drawn.some(Boolean);
}

function part(main, name, rows) {
  const box = main.querySelector(`[data-part="${name}"]`);
  box.hidden = rows.length === 0;
  box.querySelector("[data-rows]").replaceChildren(...rows);
  return rows.length;
}

// What was done here is no longer awaited, whether the server knows or not. The urgent first.
export function openTasks() {
  const done = new Set(inOrder().filter(({ kind, state: one }) => kind === "step" && one !== "refused").map(({ content }) => content.sent.matter));
  const open = tasks().filter(({ number }) => !done.has(number));
  return open.sort((one, other) => Number(isUrgent(other)) - Number(isUrgent(one)) || one.due.localeCompare(other.due));
}

const isUrgent = ({ urgency }) => urgency <= URGENT;

export function taskRow(task) {
  const due = task.due.slice(0, 10);
  const until = word("until", { day: day(due) });
  const signs = [state(task.state, "waiting")];
  if (due < today()) signs.push(state(word("overdue"), "overdue"));
  if (isUrgent(task)) signs.unshift(state(word("urgent"), "overdue"));
  return row({ href: `#task/${task.number}`, title: task.title, meta: [task.place, until].filter(Boolean).join(" · "), signs });
}

export function visitRow(one) {
  const signs = one.noted ? [state(word("noted_today"), "done")] : [state(word(`why_${one.why}`), "going"), dueSign(one.due)];
  return row({ href: `#visit/${one.id}`, title: one.address, meta: lastWords(one), signs });
}

export function dueSign(due) {
  return due < today() ? state(word("overdue"), "waiting") : state(word("due_on", { day: day(due) }), "quiet", "clock");
}

export function lastWords({ last, found }) {
  if (!last) return word("never");
  return found ? word("last", { day: day(last), found }) : word("last_bare", { day: day(last) });
}

export function placeRow(one) {
  const signs = one.noted ? [state(word("noted_today"), "done")] : [];
  const meta = [one.looks, one.last && word("seen_last", { day: day(one.last) })].filter(Boolean).join(" · ");
  return row({ href: `#place/${one.id}`, title: one.name, meta, signs });
}
