// What is being typed stays in the browser until the server has it.
// <form data-draft="report">; the view's say(…, clears="report") forgets it.

const KEPT_TYPES = new Set(["text", "search", "tel", "number", "date", "time", "datetime-local", "checkbox", "radio", "select-one", "textarea"]);
const PAUSE = 300;

const keyOf = (name) => `draft:${document.documentElement.dataset.visitor}:${name}`;
// What was typed before signing in is nobody's: anybody at this telephone sees it anyway, and who
// was sent to sign in half-way finds it again.
const nobodysKeyOf = (name) => `draft::${name}`;

export function forget(name) {
  localStorage.removeItem(keyOf(name));
  localStorage.removeItem(nobodysKeyOf(name));
}

export function rememberDrafts(part) {
  for (const form of part.querySelectorAll("form[data-draft]")) {
    restore(form);
    let waiting;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => keep(form), PAUSE);
    });
    form.addEventListener("reset", () => forget(form.dataset.draft));
  }
}

const fieldsOf = (form) => [...form.elements].filter((field) => field.name && KEPT_TYPES.has(field.type));

function keep(form) {
  const values = fieldsOf(form)
    .filter((field) => !isTick(field) || field.checked)
    .map((field) => [field.name, field.value]);
  try {
    localStorage.setItem(keyOf(form.dataset.draft), JSON.stringify(values));
  } catch {
    // No room, or storage switched off: the form still works, only without a draft.
  }
}

// What the server put into a field is newer than the draft.
function restore(form) {
  const { draft } = form.dataset;
  const kept = localStorage.getItem(keyOf(draft)) ?? localStorage.getItem(nobodysKeyOf(draft));
  const values = JSON.parse(kept ?? "[]");
  for (const [name, value] of values) {
    for (const field of fieldsOf(form).filter((field) => field.name === name)) {
      if (isTick(field)) field.checked ||= field.value === value;
      else field.value ||= value;
    }
  }
}

const isTick = (field) => field.type === "checkbox" || field.type === "radio";
