// The list on the offline page: what waits, since when, and what to do about it.
import * as outbox from "./outbox.js";
import { sendAll } from "./queue.js";

export function listUnsent(part) {
  const box = part.querySelector("[data-unsent]");
  const draw = async () => {
    const letters = await outbox.all();
    box.hidden = letters.length === 0;
    box.querySelector("ul").replaceChildren(...letters.map((letter) => line(box, letter)));
  };
  document.addEventListener("guapeng:queue", draw);
  box.querySelector("[data-send]").addEventListener("click", async () => {
    for (const letter of await outbox.all()) await outbox.put({ ...letter, refused: undefined });
    await sendAll();
  });
  draw();
}

function line(box, letter) {
  const item = box.querySelector("template").content.cloneNode(true);
  item.querySelector("[data-named]").textContent = letter.named;
  item.querySelector("[data-at]").textContent = new Date(letter.at).toLocaleString();
  item.querySelector(letter.refused ? "[data-refused]" : "[data-waiting]").hidden = false;
  item.querySelector("[data-drop]").addEventListener("click", async () => {
    await outbox.remove(letter.key);
    await sendAll();
  });
  return item;
}
