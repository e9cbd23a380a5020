// Work without a mouse: [data-key="a"] is pressed by its key, j and k walk along [data-row], and ?
// shows the keys of this page in <dialog data-keys>.

export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) return event.key === "Escape" && event.target.blur();
    if (follow(event.key)) event.preventDefault();
  });
}

function isTyping(element) {
  return element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

function follow(key) {
  if (key === "?") return showKeys();
  if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
  const target = visible(`[data-key="${CSS.escape(key)}"]`)[0];
  if (!target) return false;
  target.focus();
  if (!target.matches("input, textarea, select")) target.click();
  return true;
}

function walk(step) {
  const rows = visible("[data-row]");
  const here = rows.indexOf(document.activeElement);
  const next = rows[here < 0 ? 0 : here + step];
  next?.focus();
  return Boolean(next);
}

function showKeys() {
  const dialog = document.querySelector("dialog[data-keys]");
  if (!dialog || dialog.open) return false;
  const list = dialog.querySelector("dl");
  list.replaceChildren(...visible("[data-key]:not([data-key=''])").flatMap(({ dataset, title, innerText }) => [
    Object.assign(document.createElement("kbd"), { textContent: dataset.key }),
    Object.assign(document.createElement("span"), { textContent: title || innerText }),
  ]));
  dialog.showModal();
  return true;
}

const visible = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility?.() ?? element.offsetParent);
