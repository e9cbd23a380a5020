// What was sent and what was not, each with how it stands, and what can be done about it.
import { day, fill, piece, show, state, word } from "./dom.js";
import { drop, mine, photosOf } from "./records.js";
import { catchUp, mustSignIn } from "./sync.js";
import { syncWords } from "./waiting.js";

const TONES = { waiting: "waiting", taken: "done", refused: "overdue", conflict: "overdue" };

export function drawWaiting() {
  const main = show("waiting");
  const rows = mine().filter(({ of }) => !of).reverse();
  main.querySelector("[data-rows]").replaceChildren(...rows.map(line));
  main.querySelector("[data-nothing]").hidden = rows.length > 0;
  main.querySelector("[data-rows]").hidden = rows.length === 0;
  main.querySelector("[data-sign-in]").hidden = !mustSignIn();
  fill(main, { "[data-sync-says]": syncWords() });
  main.querySelector("[data-send]").addEventListener("click", () => catchUp({ anyway: true }));
}

function line(one) {
  const { about, answer, day: on } = one.content;
  const made = fill(piece("queued"), {
    "[data-title]": `${word(about.label)}：${about.title}`,
    "[data-meta]": [about.text, day(on), answer.number, photoWords(one)].filter(Boolean).join(" · "),
  });
  made.querySelector("[data-signs]").append(state(word(`state_${one.state}`), TONES[one.state]));
  const why = made.querySelector("[data-why]");
  why.hidden = !answer.says;
  why.textContent = answer.says ?? "";
  offerTools(made, one);
  return made;
}

function photoWords({ id }) {
  const shots = photosOf(id);
  const done = shots.filter(({ state: one }) => one === "taken").length;
  return shots.length ? word("with_photos", { n: shots.length, done }) : "";
}

function offerTools(made, one) {
  const [mend, look, bin] = ["[data-mend]", "[data-look]", "[data-drop]"].map((name) => made.querySelector(name));
  made.querySelector("[data-tools]").hidden = one.state === "taken";
  mend.hidden = one.state !== "refused";
  mend.href = `${one.content.about.href}/mends/${one.id}`;
  look.hidden = one.state !== "conflict";
  look.href = `#conflict/${one.id}`;
  bin.addEventListener("click", () => confirm(word("drop_sure")) && drop(one.id));
}
