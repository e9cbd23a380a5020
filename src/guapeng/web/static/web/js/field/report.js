// Something was seen: the form that the server asks of a report, a place, perhaps a picture.
import { forms, grounds } from "./carried.js";
import { show, word } from "./dom.js";
import { drawFields, missing, photosOf, put, read, rememberDraft } from "./forms.js";
import { records } from "./records.js";
import { saves } from "./saving.js";

export async function drawReport(_, mends) {
  const main = show("report");
  const form = main.querySelector("form");
  const { fields = [] } = forms().report ?? {};
  drawFields(main.querySelector("[data-fields]"), fields);
  offerGrids(main);
  const sent = records.get(mends)?.content.sent;
  put(form, { ...sent, ...sent?.fields });
  const done = await rememberDraft(form, "report");
  saves(main.querySelector("[data-save]"), form, () => {
    const { grid = grounds()[0]?.code, place = "", lon, lat, ...given } = read(form);
    const files = photosOf(form);
    if (missing(fields, given)) return word("answer_this", { name: missing(fields, given) });
    if (!Object.keys(given).length && !files.length) return word("say_what");
    const point = lon && lat ? { lon: Number(lon), lat: Number(lat) } : {};
    const about = { title: textOf(form, fields) || word("kind_report"), text: place, href: "#report", label: "kind_report" };
    return ["report", { grid, place, ...point, fields: given }, { about, files, instead: mends, done }];
  });
}

// What somebody wrote, else what they chose.
function textOf(form, fields) {
  const said = fields.map(({ name }) => form.elements[name]).filter((control) => control?.value);
  const first = said[0];
  return first?.selectedOptions ? first.selectedOptions[0].text.trim() : (first?.value ?? "").trim();
}

export function offerGrids(main) {
  const known = grounds();
  const box = main.querySelector("[data-grid]");
  box.hidden = known.length < 2;
  box.querySelector("select").append(...known.map(({ code, name }) => new Option(name, code)));
}
