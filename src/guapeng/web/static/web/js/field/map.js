// The grid drawn from its outline: no server of pictures is needed. Where the instance has one, its
// pictures lie below while there is a signal. The person's own position is asked for by a press, shown
// once, and kept nowhere.
import { grounds, places } from "./carried.js";
import { openTasks, placeRow, taskRow } from "./today.js";
import { placesOfToday } from "./days.js";
import { fill, show, svg, word } from "./dom.js";

const WIDTH = 360;
const HEIGHT = 420;
const MARGIN = 24;
const WORLD = 256;
const METRES = 111320;

// Degrees to the plane of web maps, so that pictures of a tile server fit below.
const plane = ([lon, lat]) => [
  ((lon + 180) / 360) * WORLD,
  ((1 - Math.log(Math.tan((lat * Math.PI) / 180) + 1 / Math.cos((lat * Math.PI) / 180)) / Math.PI) / 2) * WORLD,
];

export function drawMap() {
  const main = show("map");
  const ground = main.querySelector("[data-ground]");
  const own = grounds().filter(({ rings }) => rings.length);
  const marks = [...openTasks().filter(({ at }) => at).map(taskMark), ...places().filter(({ at }) => at).map(placeMark)];
  const points = [...own.flatMap(({ rings }) => rings.flat()), ...marks.map(({ at }) => at)].map(plane);
  fill(main, { "[data-title]": grounds().map(({ name }) => name).join("、") });
  main.querySelector("[data-rows]").replaceChildren(...openTasks().filter(({ at }) => at).map(taskRow), ...placesOfToday().map(placeRow));
  if (!points.length) return main.querySelector(".field-map").remove();
  const sight = new Sight(ground, bounds(points));
  sight.draw(() => [...own.flatMap(({ near }) => near.map(area("near"))), ...own.map(area("own"))], marks);
  followFingers(ground, sight);
  for (const button of main.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => sight.zoom(Number(button.dataset.zoom)));
  main.querySelector("[data-here-once]").addEventListener("click", () => showHere(main, sight));
}

const taskMark = ({ at, title, number }) => ({ at, name: title, href: `#task/${number}`, tone: "waiting" });
const placeMark = ({ at, name, id }) => ({ at, name, href: `#place/${id}`, tone: "going" });

function bounds(points) {
  const [xs, ys] = [0, 1].map((n) => points.map((point) => point[n]));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

const area = (name) => ({ rings, name: label }) => ({ name, rings: rings.map((ring) => ring.map(plane)), label });

// What part of the plane is seen, and what is drawn in it.
class Sight {
  constructor(ground, [west, north, east, south]) {
    this.ground = ground;
    this.scale = Math.min((WIDTH - 2 * MARGIN) / (east - west || 1e-5), (HEIGHT - 2 * MARGIN) / (south - north || 1e-5));
    this.x = (west + east) / 2;
    this.y = (north + south) / 2;
    this.tiles = document.querySelector("[data-field]").dataset.tiles;
    ground.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    if (this.tiles) ground.classList.add("tiled");
  }

  at = ([x, y]) => [(x - this.x) * this.scale + WIDTH / 2, (y - this.y) * this.scale + HEIGHT / 2];

  draw(areas, marks) {
    this.areas = areas();
    this.marks = marks;
    this.redraw();
  }

  redraw() {
    const shapes = this.areas.map((one) => this.shape(one));
    const labels = this.areas.filter(({ name }) => name === "near").map((one) => this.label(one));
    this.ground.replaceChildren(...this.pictures(), ...shapes, ...labels, ...this.marks.map((one) => this.mark(one)), ...this.hereMark());
  }

  shape({ name, rings }) {
    const path = rings.map((ring) => `M${ring.map((point) => this.at(point).map((n) => n.toFixed(1)).join(" ")).join("L")}Z`).join("");
    return svg("path", { d: path, class: name, "fill-rule": "evenodd" });
  }

  label({ rings, label }) {
    const [west, north, east, south] = bounds(rings.flat());
    const [x, y] = this.at([(west + east) / 2, (north + south) / 2]);
    const made = svg("text", { x: x.toFixed(1), y: y.toFixed(1), "font-size": 12 });
    made.textContent = label;
    return made;
  }

  mark({ at, name, href, tone }) {
    const [x, y] = this.at(plane(at));
    const link = svg("a", { href, class: `tone-${tone}`, "aria-label": name });
    link.append(svg("circle", { cx: x, cy: y, r: 18, "fill-opacity": 0, "stroke-opacity": 0 }), svg("circle", { cx: x, cy: y, r: 9, "stroke-width": 2 }));
    return link;
  }

  hereMark() {
    if (!this.here) return [];
    const [x, y] = this.at(plane(this.here));
    return [svg("circle", { cx: x, cy: y, r: 8, class: "here", "stroke-width": 3 })];
  }

  // Pictures of the instance's own server, if it has one and there is a signal.
  pictures() {
    if (!this.tiles || !navigator.onLine) return [];
    const z = Math.max(1, Math.min(18, Math.round(Math.log2(this.scale))));
    const size = WORLD / 2 ** z;
    const found = [];
    const first = [0, 1].map((n) => Math.floor(([this.x, this.y][n] - [WIDTH, HEIGHT][n] / 2 / this.scale) / size));
    const last = [0, 1].map((n) => Math.floor(([this.x, this.y][n] + [WIDTH, HEIGHT][n] / 2 / this.scale) / size));
    for (let x = first[0]; x <= last[0]; x++) {
      for (let y = first[1]; y <= last[1]; y++) {
        const [left, top] = this.at([x * size, y * size]);
        const side = size * this.scale;
        const href = this.tiles.replace("{z}", z).replace("{x}", x).replace("{y}", y);
        found.push(svg("image", { href, x: left, y: top, width: side, height: side, preserveAspectRatio: "none" }));
      }
    }
    return found;
  }

  move(dx, dy) {
    const width = this.ground.clientWidth || WIDTH;
    const ratio = Math.max(WIDTH / width, HEIGHT / (this.ground.clientHeight || HEIGHT));
    this.x -= (dx * ratio) / this.scale;
    this.y -= (dy * ratio) / this.scale;
    this.redraw();
  }

  zoom(by) {
    this.scale *= by;
    this.redraw();
  }
}

function followFingers(ground, sight) {
  const fingers = new Map();
  ground.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  ground.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    const now = [event.clientX, event.clientY];
    if (other) sight.zoom(Math.hypot(now[0] - other[0], now[1] - other[1]) / (Math.hypot(before[0] - other[0], before[1] - other[1]) || 1));
    else sight.move(now[0] - before[0], now[1] - before[1]);
    fingers.set(event.pointerId, now);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) ground.addEventListener(end, ({ pointerId }) => fingers.delete(pointerId));
}

function showHere(main, sight) {
  navigator.geolocation?.getCurrentPosition(({ coords }) => {
    sight.here = [coords.longitude, coords.latitude];
    sight.redraw();
    const near = nearest(sight.marks, sight.here);
    fill(main, { "[data-map-says]": near ? `${near.name}：${word("near", { n: near.metres })}` : "" });
  });
}

function nearest(marks, [lon, lat]) {
  const metres = ({ at }) => Math.hypot((at[0] - lon) * Math.cos((lat * Math.PI) / 180), at[1] - lat) * METRES;
  const [first] = [...marks].sort((one, other) => metres(one) - metres(other));
  return first && { name: first.name, metres: Math.round(metres(first) / 10) * 10 };
}
