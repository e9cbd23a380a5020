// All households, by address; found by a part of it.
import { grounds } from "./carried.js";
import { dueHouseholds, households } from "./days.js";
import { fill, row, show, state, word } from "./dom.js";
import { kindName } from "./carried.js";
import { dueSign, lastWords } from "./today.js";

const SHOWN = 40;

export function drawHouseholds(only) {
  const main = show("households");
  const field = main.querySelector("#find");
  const whole = only === "due" ? dueHouseholds() : households().sort((one, other) => one.address.localeCompare(other.address, "zh", { numeric: true }));
  let shown = SHOWN;
  const draw = () => {
    const parts = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = whole.filter(({ address }) => parts.every((part) => address.toLowerCase().includes(part)));
    main.querySelector("[data-rows]").replaceChildren(...found.slice(0, shown).map(householdRow));
    main.querySelector("[data-further]").hidden = found.length <= shown;
    fill(main, { "[data-count]": only === "due" ? word("more_due", { n: found.length }) : "" });
  };
  field.addEventListener("input", () => {
    shown = SHOWN;
    draw();
  });
  field.form.addEventListener("submit", (event) => event.preventDefault());
  main.querySelector("[data-further]").addEventListener("click", () => {
    shown += SHOWN;
    draw();
  });
  draw();
}

function householdRow(one) {
  const grid = grounds().length > 1 ? grounds().find(({ code }) => code === one.grid)?.name : "";
  const members = one.members ? word("members", { n: one.members }) : word("members_untold");
  const meta = [grid, kindName(one.kind), members, lastWords(one)].filter(Boolean).join(" · ");
  const signs = one.noted ? [state(word("noted_today"), "done")] : [dueSign(one.due)];
  return row({ href: `#visit/${one.id}`, title: one.address, meta, signs });
}
