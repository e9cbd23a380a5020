// The ledger of one household: what is now otherwise, upon the version that was seen.
import { carried, grounds, rules } from "./carried.js";
import { today } from "./clock.js";
import { fill, show, word } from "./dom.js";
import { choice, put, read } from "./forms.js";
import { records, versionFor } from "./records.js";
import { offerGrids } from "./report.js";
import { saves } from "./saving.js";

export function drawHousehold(id, mends) {
  const known = carried.households.get(id);
  if (id !== "new" && !known) return (location.hash = "#households");
  const main = show("household");
  const form = main.querySelector("form");
  fill(main, { "[data-title]": known?.address ?? word("new_household") });
  main.querySelector("[data-kinds]").append(...(rules().kinds ?? []).map(([value, label]) => choice("kind", value, label)));
  main.querySelector("[data-since]").hidden = Boolean(known);
  main.querySelector("[data-leaves]").hidden = !known;
  for (const name of ["since", "until"]) form.elements[name].max = today();
  if (!known) offerGrids(main);
  put(form, known ?? { kind: rules().kinds?.[0]?.[0], since: today() });
  put(form, records.get(mends)?.content.sent.set);
  saves(main.querySelector("[data-save]"), form, () => (known ? changed(known, read(form), mends) : entered(read(form), mends)));
}

function entered({ grid = grounds()[0]?.code, ...given }, mends) {
  if (!given.address) return word("answer_this", { name: word("field_address") });
  const about = { title: given.address, text: word("new_household"), href: "#household/new", label: "kind_household" };
  return ["household", { grid, on: today(), version: 0, set: numbered(given) }, { about, instead: mends, back: "#households" }];
}

function changed(known, { until, ...given }, mends) {
  if (!given.address) return word("answer_this", { name: word("field_address") });
  const set = Object.fromEntries(["address", "kind", "members"].filter((name) => numbered(given)[name] !== known[name]).map((name) => [name, numbered(given)[name]]));
  if (!until && !Object.keys(set).length) return word("nothing_changed");
  const sent = { household: known.id, on: today(), version: versionFor(known.id, known.version) };
  const about = { title: known.address, text: until ? word("moved_away") : wordsOf(set), href: `#household/${known.id}`, label: "kind_household" };
  return ["household", { ...sent, ...(until ? { until } : { set }) }, { about, instead: mends, back: `#visit/${known.id}` }];
}

const numbered = (given) => ({ ...given, members: given.members ? Number(given.members) : null });

export const wordsOf = (set) => Object.keys(set).map((name) => word(`field_${name}`)).join("、");
