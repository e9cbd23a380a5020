// Forms on the telephone: those that the server describes, and what all of them have in common.
import { watchPhotos } from "../photos.js";
import { watchPlaces } from "../places.js";
import * as store from "./store.js";
import { fill, piece, word } from "./dom.js";

const MANY = 7;

watchPhotos();
watchPlaces();

// Draws described fields into a place: one line, several, a day, a tick, a choice.
export function drawFields(place, fields) {
  place.replaceChildren(...fields.map(field));
}

function field(told) {
  if (told.kind === "choice" && told.choices.length < MANY) return cards(told);
  const box = Object.assign(document.createElement("div"), { className: "field" });
  const label = labelled(document.createElement("label"), told);
  label.htmlFor = told.name;
  box.append(label, ...help(told), control(told));
  return box;
}

function labelled(element, { label, required }) {
  element.className = "field-label";
  element.append(label);
  if (!required) element.append(" ", Object.assign(document.createElement("small"), { textContent: word("optional") }));
  return element;
}

const help = (told) => (told.help ? [Object.assign(document.createElement("p"), { className: "field-help", textContent: told.help })] : []);

function control(told) {
  const { name, kind, most, choices } = told;
  const tag = { long: "textarea", choice: "select" }[kind] ?? "input";
  const made = Object.assign(document.createElement(tag), { id: name, name });
  if (kind === "date") made.type = "date";
  if (kind === "tick") made.type = "checkbox";
  if (kind === "long") made.rows = 3;
  if (kind === "choice") made.append(new Option(word("choose"), ""), ...choices.map(([value, label]) => new Option(label, value)));
  if (most && kind !== "choice") made.maxLength = most;
  return made;
}

function cards(told) {
  const box = Object.assign(document.createElement("fieldset"), { className: "field" });
  const grid = Object.assign(document.createElement("div"), { className: "choices choices-cards" });
  grid.append(...told.choices.map(([value, label]) => choice(told.name, value, label)));
  box.append(labelled(document.createElement("legend"), told), ...help(told), grid);
  return box;
}

export function choice(name, value, label, checked = false) {
  const made = piece("choice");
  const input = made.querySelector("input");
  Object.assign(input, { name, value, checked });
  fill(made, { span: label });
  return made;
}

// What was typed, without what was left empty.
export function read(form) {
  const given = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value.trim()) given[name] = value.trim();
  }
  return given;
}

export function put(form, given) {
  for (const [name, value] of Object.entries(given ?? {})) {
    const control = form.elements[name];
    if (control) control.value = value ?? "";
  }
}

// The first thing that must be said and is not, in words; nothing if all is.
export const missing = (fields, given) => fields.find(({ name, required }) => required && !(name in given))?.label;

export function photosOf(form) {
  return form.querySelector("[data-photos]")?.photos ?? [];
}

// A picture is still being made smaller.
export async function ready(form) {
  while (form.getAttribute("aria-busy")) await new Promise((done) => setTimeout(done, 50));
}

// What is being typed stays on the telephone, sealed like everything else, until it is saved.
const PAUSE = 400;

export async function rememberDraft(form, route) {
  put(form, await store.get("carried", `draft:${route}`));
  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => form.isConnected && store.keep([["carried", { name: `draft:${route}`, content: read(form) }]]), PAUSE);
  });
  return async () => {
    clearTimeout(waiting);
    await store.remove("carried", [`draft:${route}`]);
  };
}
