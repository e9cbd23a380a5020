// Words and pieces of the page: what repeats is a <template>, what is said comes with the page.

const words = JSON.parse(document.getElementById("words").textContent);
const icons = document.querySelector("[data-field]").dataset.icons;
const SVG = "http://www.w3.org/2000/svg";

export const word = (key, given = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => given[name]);

export function day(text) {
  const [, month, date] = text.split("-").map(Number);
  return word("day", { m: month, d: date });
}

export function piece(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

// fill(part, { "[data-title]": "…" }): text by selector.
export function fill(part, texts) {
  for (const [selector, text] of Object.entries(texts)) {
    const found = part.querySelector(selector);
    if (found) found.textContent = text;
  }
  return part;
}

export function show(view) {
  const main = document.querySelector("[data-view]");
  main.replaceChildren(document.getElementById(`view-${view}`).content.cloneNode(true));
  for (const button of main.querySelectorAll("[data-here]")) button.hidden = false;
  return main;
}

export function svg(tag, given = {}) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
  return made;
}

export function icon(name) {
  const made = svg("svg", { class: "icon", "aria-hidden": "true" });
  made.append(svg("use", { href: `${icons}#${name}` }));
  return made;
}

// How something stands: sign and word, colour third.
export function state(label, tone, sign = tone) {
  const made = Object.assign(document.createElement("span"), { className: `state tone-${tone}` });
  made.append(icon(sign), label);
  return made;
}

export function row({ href, title, meta = "", signs = [] }) {
  const made = fill(piece("row"), { "[data-link]": title, "[data-meta]": meta });
  made.querySelector("[data-link]").href = href;
  made.querySelector("[data-signs]").append(...signs);
  return made;
}

// Above the button that was pressed, for eyes and for voices.
export function complain(near, text) {
  near.parentElement.querySelector("[data-complaint]")?.remove();
  const made = Object.assign(document.createElement("p"), { className: "field-error", textContent: text });
  made.dataset.complaint = "";
  made.setAttribute("role", "alert");
  near.before(made);
}
