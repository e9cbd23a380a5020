// Somebody else changed the household since it was seen: both sides, field by field, and a person says
// which holds. What is chosen is written upon the version as it is now, and sent again.
import { kindName } from "./carried.js";
import { today } from "./clock.js";
import { day, fill, piece, show, word } from "./dom.js";
import { drop, records } from "./records.js";
import { saves } from "./saving.js";

export function drawConflict(id) {
  const one = records.get(id);
  if (one?.state !== "conflict") return (location.hash = "#waiting");
  const { sent, about, answer } = one.content;
  const main = show("conflict");
  const names = Object.keys(answer.mine);
  fill(main, { "[data-lead]": about.title, "[data-who]": [answer.who, answer.on && day(answer.on)].filter(Boolean).join(" · ") });
  const form = main.querySelector("form");
  form.querySelector("[data-fields]").append(...names.map((name) => sides(name, answer)));
  main.querySelector("[data-drop]").addEventListener("click", async () => {
    await drop(id);
    location.hash = "#waiting";
  });
  saves(main.querySelector("[data-save]"), form, () => {
    const open = names.find((name) => !form.elements[name].value);
    if (open) return word("answer_this", { name: word(`field_${open}`) });
    const kept = names.filter((name) => form.elements[name].value === "mine");
    if (!kept.length) return word("nothing_changed");
    const set = Object.fromEntries(kept.map((name) => [name, answer.mine[name]]));
    const given = "until" in set ? { until: set.until } : { set };
    return ["household", { household: sent.household, on: today(), version: answer.version, ...given }, { about, instead: id, back: "#waiting" }];
  });
}

function sides(name, { mine, theirs }) {
  const made = fill(piece("sides"), {
    "[data-label]": word(`field_${name}`),
    "[data-mine]": told(name, mine[name]),
    "[data-theirs]": told(name, theirs[name]),
  });
  for (const input of made.querySelectorAll("input")) input.name = name;
  return made;
}

const told = (name, value) => (value == null ? word("blank") : name === "kind" ? kindName(value) : String(value));
