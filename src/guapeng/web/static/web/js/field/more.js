// About this telephone, and what to read where no signal is.
import { carried, guidance, isThere } from "./carried.js";
import { fill, piece, show, word } from "./dom.js";
import { isSealing } from "./store.js";
import { catchUp, mustSignIn } from "./sync.js";
import { syncWords } from "./waiting.js";

export async function drawMore() {
  const main = show("more");
  fill(main, {
    "[data-carried-at]": isThere() ? word("carried_at", { moment: new Date(carried.at).toLocaleString() }) : word("carried_never"),
    "[data-sealed]": word(isSealing() ? "sealed" : "unsealed"),
    "[data-sync-says]": syncWords(),
  });
  main.querySelector("[data-sign-in]").hidden = !mustSignIn();
  main.querySelector("[data-sign-out]").hidden = mustSignIn();
  main.querySelector("[data-send]").addEventListener("click", () => catchUp({ anyway: true }));
  main.querySelector("[data-guidance]").replaceChildren(
    ...guidance().map(({ title, text }) => fill(piece("guidance"), { "[data-title]": title, "[data-text]": text })),
  );
  fill(main, { "[data-kept]": word((await isKept()) ? "kept" : "not_kept") });
}

const isKept = async () => Boolean(globalThis.caches && (await caches.match(location.pathname)));
