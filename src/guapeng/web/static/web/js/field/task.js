// A matter that waits for somebody of the grid: to be looked at, to be settled.
import { forms, tasks } from "./carried.js";
import { day, fill, piece, show, word } from "./dom.js";
import { drawFields, missing, photosOf, put, read } from "./forms.js";
import { records } from "./records.js";
import { saves } from "./saving.js";

export function drawTask(number, mends) {
  const task = tasks().find((one) => one.number === number);
  if (!task) return (location.hash = "#today");
  const main = show("task");
  fill(main, {
    "[data-title]": task.title,
    "[data-lead]": `${task.number} · ${task.state} · ${word("until", { day: day(task.due.slice(0, 10)) })}`,
    "[data-place]": task.place,
    "[data-outcome]": task.outcome,
  });
  for (const told of main.querySelectorAll("dd")) told.parentElement.hidden = !told.textContent;
  main.querySelector("[data-whole]").href = document.querySelector("[data-field]").dataset.matter.replace("0", task.number);
  const known = task.steps.filter((key) => forms()[key]);
  main.querySelector("[data-steps]").append(...known.map((key) => step(task, key, mends)));
}

function step(task, key, mends) {
  const { label, fields, photos } = forms()[key];
  const made = fill(piece("step"), { "[data-label]": label });
  const form = made.querySelector("form");
  drawFields(made.querySelector("[data-fields]"), fields);
  if (photos) made.querySelector("[data-photos-here]").append(piece("photos"));
  put(form, records.get(mends)?.content.sent.fields);
  saves(made.querySelector("[data-save]"), form, () => {
    const given = read(form);
    if (missing(fields, given)) return word("answer_this", { name: missing(fields, given) });
    const about = { title: task.title, text: label, href: `#task/${task.number}`, label: "kind_step" };
    const sent = { matter: task.number, step: key.split("/").at(-1), fields: given };
    return ["step", sent, { about, files: photosOf(form), instead: mends }];
  });
  return made;
}
