// A household was visited or called, a patrol place looked at: a few words, perhaps a picture.
import { carried, places } from "./carried.js";
import { today } from "./clock.js";
import { seen } from "./days.js";
import { fill, show } from "./dom.js";
import { photosOf, put, read, rememberDraft } from "./forms.js";
import { lastWords } from "./today.js";
import { records } from "./records.js";
import { saves } from "./saving.js";

export const drawVisit = (id, mends) => draw("household", id, mends);
export const drawPlaceVisit = (id, mends) => draw("place", id, mends);

async function draw(kind, id, mends) {
  const of = kind === "household" ? carried.households.get(id) : places().find((one) => one.id === id);
  if (!of) return (location.hash = "#today");
  const main = show("visit");
  const form = main.querySelector("form");
  const isHousehold = kind === "household";
  fill(main, { "[data-title]": of.address ?? of.name, "[data-lead]": isHousehold ? lastWords(seen(of)) : of.looks });
  main.querySelector("[data-how]").hidden = !isHousehold;
  main.querySelector("[data-ledger]").hidden = !isHousehold;
  main.querySelector("[data-ledger-link]").href = `#household/${id}`;
  offerPhrases(main, form);
  put(form, records.get(mends)?.content.sent);
  const done = await rememberDraft(form, `${kind}/${id}`);
  saves(main.querySelector("[data-save]"), form, () => {
    const { found = "", how } = read(form);
    const sent = { [kind]: id, on: today(), found, ...(isHousehold && { how }) };
    const about = { title: of.address ?? of.name, text: found, href: `#${isHousehold ? "visit" : "place"}/${id}`, label: isHousehold ? "kind_visit" : "kind_place" };
    return ["visit", sent, { about, files: photosOf(form), instead: mends, done }];
  });
}

function offerPhrases(main, form) {
  main.querySelector("[data-phrases]").addEventListener("click", ({ target }) => {
    if (target.type !== "button") return;
    const field = form.elements.found;
    field.value = (field.value + target.textContent.trim()).slice(0, field.maxLength);
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

