// The page's one voice: a sentence, perhaps with a link, gone after a while.

const STAYS = 6000;

export function say(text, href = "") {
  const line = document.createElement("p");
  line.append(href ? Object.assign(document.createElement("a"), { href, textContent: text }) : text);
  document.getElementById("status")?.append(line);
  setTimeout(() => line.remove(), STAYS);
}
