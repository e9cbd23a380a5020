// The map of the editor: an SVG that is moved and enlarged, on which buildings are chosen.
import { middleOf, tintsOf } from "./draft.js";

const SVG = "http://www.w3.org/2000/svg";
const NEAREST = 0.05; // of the whole: how far one can go in
const LETTERS = 14; // pixels
const STILL = 6; // pixels within which a press is a tap

function drawn(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
}

export class Ground {
  // acts: { tool(), label(code, fact), tapped(at), circled(rows), painted(at), paintDone() }
  constructor(place, ground, acts) {
    Object.assign(this, { place, ground, acts, pointers: new Map() });
    this.svg = drawn("svg", { role: "img", "aria-label": place.dataset.label }, place);
    this.whole = [0, 0, ...ground.size];
    this.box = this.whole.slice();
    this.layers = Object.fromEntries(
      ["cells", "areas", "own", "lines", "compounds", "buildings", "borders", "labels", "names", "marks"].map((name) => [name, drawn("g", { class: name }, this.svg)]),
    );
    this.cells = ground.buildings.map(({ cell }) => drawn("path", { d: cell }, this.layers.cells));
    this.buildings = ground.buildings.map(({ path, households }, at) =>
      drawn("path", { d: path, class: "building", "data-at": at, "data-empty": households ? "" : "yes" }, this.layers.buildings),
    );
    for (const { path } of ground.compounds) if (path) drawn("path", { d: path, class: "compound" }, this.layers.compounds);
    for (const { path, kind } of ground.lines) drawn("path", { d: path, class: `line ${kind}` }, this.layers.lines);
    for (const one of ground.specials) this.drawOwn(one);
    drawn("path", { d: ground.outline, class: "edge-of" }, this.layers.compounds);
    this.border = drawn("path", { class: "border" }, this.layers.borders);
    this.lasso = drawn("path", { class: "lasso", visibility: "hidden" }, this.layers.marks);
    this.look();
    this.watch();
  }

  // A grid of its own: to be seen, not to be touched.
  drawOwn({ path, label, buildings }) {
    drawn("path", { d: path, class: "own" }, this.layers.own);
    for (const house of buildings) drawn("path", { d: house, class: "building" }, this.layers.own);
    drawn("text", { x: label.x, y: label.y, class: "label" }, this.layers.names).textContent = label.name;
  }

  draw(draft, facts, chosen) {
    const { ground } = this;
    this.tints = tintsOf(draft, ground);
    const loose = new Set([...facts.values()].flatMap((fact) => fact.loose));
    const locked = new Set(draft.locked);
    draft.of.forEach((code, at) => {
      this.cells[at].setAttribute("class", `tint-${this.tints.get(code)}`);
      const signs = [
        "building",
        ground.buildings[at].households ? "" : "empty",
        locked.has(at) ? "locked" : "",
        loose.has(at) ? "loose" : "",
        chosen.has(at) ? "chosen" : "",
      ];
      this.buildings[at].setAttribute("class", signs.filter(Boolean).join(" "));
    });
    const between = ground.ridges.filter(([one, other]) => draft.of[one] !== draft.of[other]);
    this.border.setAttribute("d", between.map(([, , path]) => path).join(""));
    this.layers.labels.replaceChildren();
    for (const [code, fact] of facts) this.label(middleOf(draft, ground, code), code, fact);
    this.scaleLabels();
  }

  // Areas that follow streets, from the server; shown until the next change.
  drawAreas(areas) {
    this.layers.areas.replaceChildren();
    for (const { code, path } of areas) drawn("path", { d: path, class: `area tint-${this.tints.get(code)}` }, this.layers.areas);
    for (const name of ["cells", "borders"]) this.layers[name].setAttribute("visibility", "hidden");
  }

  dropAreas() {
    this.layers.areas.replaceChildren();
    for (const name of ["cells", "borders"]) this.layers[name].setAttribute("visibility", "visible");
  }

  label({ x, y }, code, fact) {
    const words = drawn("text", { x, y, class: fact.missing ? "label wrong" : "label" }, this.layers.labels);
    words.textContent = this.acts.label(code, fact);
  }

  scaleLabels() {
    const metres = Math.max(this.box[2] / (this.svg.clientWidth || 600), this.box[3] / (this.svg.clientHeight || 600));
    const size = metres * LETTERS;
    for (const name of ["labels", "names"]) this.layers[name].setAttribute("font-size", size.toFixed(2));
  }

  look() {
    this.svg.setAttribute("viewBox", this.box.map((one) => one.toFixed(2)).join(" "));
    this.scaleLabels();
  }

  zoom(factor, at = [this.box[0] + this.box[2] / 2, this.box[1] + this.box[3] / 2]) {
    const width = Math.min(Math.max(this.box[2] * factor, this.whole[2] * NEAREST), this.whole[2] * 1.5);
    const by = width / this.box[2];
    this.box = [at[0] - (at[0] - this.box[0]) * by, at[1] - (at[1] - this.box[1]) * by, width, this.box[3] * by];
    this.look();
  }

  showAll() {
    this.box = this.whole.slice();
    this.look();
  }

  at({ clientX, clientY }) {
    const place = new DOMPoint(clientX, clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return [place.x, place.y];
  }

  // The building under the pointer; where there is none, the one on whose land it stands.
  buildingAt(event) {
    const hit = document.elementFromPoint(event.clientX, event.clientY)?.dataset?.at;
    if (hit !== undefined) return Number(hit);
    const point = Object.assign(this.svg.createSVGPoint(), { x: this.at(event)[0], y: this.at(event)[1] });
    const cell = this.cells.findIndex((one) => one.isPointInFill(point));
    return cell < 0 ? null : cell;
  }

  watch() {
    const { svg } = this;
    svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, this.at(event));
    }, { passive: false });
    svg.addEventListener("pointerdown", (event) => this.press(event));
    svg.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, (event) => this.release(event));
    addEventListener("resize", () => this.scaleLabels());
  }

  press(event) {
    this.svg.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, event);
    this.from = event;
    this.moved = false;
    this.trail = [this.at(event)];
  }

  drag(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const far = Math.hypot(event.clientX - this.from.clientX, event.clientY - this.from.clientY) > STILL;
    this.moved ||= far;
    if (this.pointers.size === 2) this.pinch(event, before);
    else if (this.moved && this.acts.tool() === "lasso") this.circle(event);
    else if (this.moved && this.acts.tool() === "paint") this.acts.painted(this.buildingAt(event));
    else if (this.moved) this.slide(before, event);
    this.pointers.set(event.pointerId, event);
  }

  pinch(event, before) {
    const other = [...this.pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    const way = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (way(event) > 10) this.zoom(way(before) / way(event), this.at(other));
    this.pinched = true;
  }

  slide(before, event) {
    const [from, to] = [this.at(before), this.at(event)];
    this.box[0] += from[0] - to[0];
    this.box[1] += from[1] - to[1];
    this.look();
  }

  circle(event) {
    this.trail.push(this.at(event));
    this.lasso.setAttribute("visibility", "visible");
    this.lasso.setAttribute("d", `M${this.trail.map((at) => at.map((one) => one.toFixed(1)).join(",")).join("L")}Z`);
  }

  release(event) {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size) return;
    const tool = this.acts.tool();
    if (this.pinched) this.pinched = false;
    else if (!this.moved && event.type === "pointerup") this.acts.tapped(this.buildingAt(event));
    else if (tool === "lasso") this.acts.circled(this.inLasso());
    if (tool === "paint") this.acts.paintDone();
    this.lasso.setAttribute("visibility", "hidden");
  }

  inLasso() {
    return this.ground.buildings.flatMap(({ x, y }, at) => {
      const point = Object.assign(this.svg.createSVGPoint(), { x, y });
      return this.lasso.isPointInFill(point) ? [at] : [];
    });
  }
}
