// The name of a new grid, in the form of its siblings: as `name_of` of partition/codes.py, which
// says how. Names are data, in one language.
const DIGITS = "一二三四五六七八九";

export function numeral(number) {
  const [hundreds, tens, ones] = [Math.floor(number / 100), Math.floor(number / 10) % 10, number % 10];
  let words = hundreds ? `${DIGITS[hundreds - 1]}百` : "";
  if (hundreds && !tens && ones) words += "零";
  if (tens > 1 || (tens && hundreds)) words += DIGITS[tens - 1];
  return words + (tens ? "十" : "") + (ones ? DIGITS[ones - 1] : "");
}

// siblings: [{ code, name }] of the general grids that are there
export function nameOf(community, code, siblings) {
  const forms = new Map();
  for (const sibling of siblings) {
    const form = formOf(sibling);
    if (form) forms.set(form, (forms.get(form) ?? 0) + 1);
  }
  const most = [...forms].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
  const bears = !siblings.length || siblings.some(({ name }) => name.startsWith(community));
  const [before, after, inWords] = most ? JSON.parse(most[0]) : [`${bears ? community : ""}第`, "网格", false];
  const number = Number(code.slice(-3));
  return `${before}${inWords ? numeral(number) : number}${after}`;
}

function formOf({ code, name }) {
  const found = [...name.matchAll(/[0-9]+|[一二三四五六七八九十百零]+/g)].at(-1);
  if (!found) return null;
  const before = name.slice(0, found.index);
  const number = Number(code.slice(-3));
  if (!before.endsWith("第") && ![String(number), numeral(number)].includes(found[0])) return null;
  return JSON.stringify([before, name.slice(found.index + found[0].length), !/[0-9]/.test(found[0])]);
}
