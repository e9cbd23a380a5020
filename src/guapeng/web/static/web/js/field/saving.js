// One way for every form to end: kept on the telephone, said so, back where one came from, and off it
// goes if there is a signal.
import { say } from "../status.js";
import { complain, word } from "./dom.js";
import { ready } from "./forms.js";
import { write } from "./records.js";
import { promise } from "./sync.js";

// `act` returns what to write, as [kind, sent, options], or a sentence that says what is missing.
export function saves(button, form, act) {
  const save = async () => {
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    try {
      await ready(form);
      const wanted = await act();
      if (typeof wanted === "string") return complain(button, wanted);
      await write(...wanted);
      await wanted[2].done?.();
      say(word("saved"));
      location.hash = wanted[2].back ?? "#today";
      promise();
    } catch {
      complain(button, word("not_saved"));
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
  button.addEventListener("click", save);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
}
