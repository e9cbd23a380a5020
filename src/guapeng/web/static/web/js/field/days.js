// Which visits and places a day brings.
import { carried, places, rules } from "./carried.js";
import { plus, today } from "./clock.js";
import { inOrder, writtenOf } from "./records.js";

const RANK = { care: 0, newcomer: 1, usual: 2 };

const byAddress = (one, other) => one.address.localeCompare(other.address, "zh", { numeric: true });

// A household with what was written here since: its last visit, and when the next is due.
export function seen(household) {
  const last = writtenOf("household", household.id).at(-1)?.content.sent;
  if (!last || (household.last && last.on < household.last)) return household;
  return { ...household, last: last.on, found: last.found, due: plus(last.on, household.every), noted: last.on === today() };
}

export const households = () => [...carried.households.values()].map(seen);
export const dueHouseholds = () => households().filter(isDue).sort((one, other) => RANK[one.why] - RANK[other.why] || byAddress(one, other));
export const isDue = ({ due }) => due <= today();

// Of the usual visits so many as a day has room for, door by door: from where the last visit of today
// was, else from the one that waits longest. Care and newcomers stand before them; what was noted today
// stays to be seen.
export function visitsOfToday() {
  const found = households();
  const due = found.filter(isDue);
  const noted = found.filter((one) => one.noted);
  const first = due.filter(({ why }) => why !== "usual").sort((one, other) => RANK[one.why] - RANK[other.why] || one.due.localeCompare(other.due));
  const usual = due.filter(({ why }) => why === "usual").sort(byAddress);
  const room = Math.max(0, (rules().most ?? 0) - noted.filter(({ why }) => why === "usual").length);
  const start = Math.max(0, Math.min(begin(usual), usual.length - room));
  const shown = usual.slice(start, start + room);
  return { shown: [...first, ...shown, ...noted], rest: usual.length - shown.length };
}

function begin(usual) {
  const here = carried.households.get(inOrder().filter(({ content }) => content.day === today() && content.sent.household).at(-1)?.content.sent.household);
  if (here) return Math.max(0, usual.findIndex((one) => byAddress(one, here) >= 0));
  return usual.reduce((old, one, n) => (one.due < usual[old].due ? n : old), 0);
}

export function placesOfToday() {
  const day = today();
  if (!isWorkday(day)) return [];
  return places().map((place) => {
    const last = writtenOf("place", place.id).at(-1)?.content.sent.on ?? place.last;
    return { ...place, last: last ?? place.last, noted: (last ?? place.last) === day };
  });
}

// Beyond the days that the calendar was sent for: Monday to Friday.
function isWorkday(day) {
  const known = rules().workdays ?? [];
  if (day <= (known.at(-1) ?? "")) return known.includes(day);
  return ![0, 6].includes(new Date(day).getUTCDay());
}
