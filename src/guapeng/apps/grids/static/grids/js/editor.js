// The editor of a plan: acts on the draft, the map and the list that show it, the server that solves.
// Everything but solving, splitting and explaining works without network.
import { newId } from "../../web/js/ids.js";
import { say } from "../../web/js/status.js";
import * as drafts from "./draft.js";
import { Ground } from "./ground.js";
import { forget, History, keep, kept } from "./history.js";
import { ask } from "./server.js";

const QUIET = 700; // milliseconds without a change after which smooth areas are asked for

const page = document.querySelector("[data-plan]");
const words = JSON.parse(document.getElementById("plan-words").textContent);
const one = (name) => page.querySelector(`[data-${name}]`);
const fill = (wording, given) => wording.replace(/\{(\w+)\}/g, (_, name) => given[name]);

async function begin() {
  const answer = await ask(page.dataset.ground);
  if (!answer.ok) return fail();
  const ground = answer.said;
  ground.beside = ground.buildings.map(() => []);
  for (const [a, b] of ground.edges) ground.beside[a].push(b), ground.beside[b].push(a);
  new Editor(ground).start();
}

function fail() {
  for (const plain of document.querySelectorAll(".plan-plain")) plain.classList.add("failed");
  page.hidden = true;
  say(words.failed);
}

class Editor {
  constructor(ground) {
    this.ground = ground;
    this.chosen = new Set();
    this.grid = null;
    this.history = new History(drafts.received(ground.draft, ground));
    this.basedOn = ground.version.number;
    this.mayDraw = page.dataset.mayDraw === "yes";
    this.map = new Ground(one("map"), ground, {
      tool: () => page.dataset.tool,
      label: (code, { grid, households }) =>
        `${grid.locked ? `${words.lock_sign} ` : ""}${fill(words.label, { number: code.slice(-3), n: households })}`,
      tapped: (at) => this.tap(at),
      circled: (rows) => this.choose(rows, true),
      painted: (at) => this.paint(at),
      paintDone: () => this.endPaint(),
    });
  }

  get draft() {
    return this.painting ?? this.history.now;
  }

  start() {
    this.saved = this.history.now;
    const unsaved = this.mayDraw && kept(this.ground.plan);
    if (unsaved && this.fits(unsaved.history.now)) {
      Object.assign(this, unsaved);
      say(words.found);
    }
    document.querySelector("[data-table]").open = false; // the list beside the map says it
    this.listen();
    this.show();
    page.dataset.ready = "yes";
  }

  // What was kept may be of another survey, or of a page of long ago.
  fits(draft) {
    return draft?.of?.length === this.ground.buildings.length;
  }

  listen() {
    for (const input of page.querySelectorAll("[name=tool]")) {
      input.addEventListener("change", () => (page.dataset.tool = input.value));
    }
    page.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) this[button.dataset.act]?.(button);
      const grid = event.target.closest("[data-grid]");
      if (grid) this.pick(grid.dataset.grid);
    });
    one("find").addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(), this.find();
    });
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.matches("input")) return;
      event.preventDefault();
      event.shiftKey ? this.redo() : this.undo();
    });
    addEventListener("online", () => this.wantAreas());
  }

  // --- acts ------------------------------------------------------------------------------------

  change(draft, wording = "") {
    if (drafts.isSame(draft, this.history.now)) return false;
    const before = looseIn(drafts.factsOf(this.history.now, this.ground));
    this.history.add(draft);
    this.after();
    const loose = looseIn(this.facts) - before;
    if (loose > 0) say(fill(words.fell_off, { n: loose }));
    else if (wording) say(wording);
    return true;
  }

  after() {
    this.chosen.clear();
    one("reasons").replaceChildren(); // they were those of the draft before
    if (this.mayDraw && !keep(this.ground.plan, this.history, this.basedOn)) say(words.not_kept);
    this.show();
  }

  undo() {
    this.history.undo();
    this.after();
  }

  redo() {
    this.history.redo();
    this.after();
  }

  tap(at) {
    if (at === null) return;
    if (page.dataset.tool === "paint") {
      this.paint(at);
      this.endPaint();
      return;
    }
    this.grid = this.draft.of[at];
    this.choose([at], !this.chosen.has(at));
  }

  choose(rows, isChosen) {
    for (const at of this.withCompound(rows)) isChosen ? this.chosen.add(at) : this.chosen.delete(at);
    this.show();
  }

  withCompound(rows) {
    if (!one("compounds").checked) return rows;
    const { buildings } = this.ground;
    const walled = new Set(rows.map((at) => buildings[at].compound).filter((number) => number >= 0));
    return buildings.flatMap(({ compound }, at) => (rows.includes(at) || walled.has(compound) ? [at] : []));
  }

  // Buildings by their number, or those of a compound by its name.
  find() {
    const text = one("find").value.trim();
    const { buildings, compounds } = this.ground;
    const rows = buildings.flatMap(({ code, compound }, at) =>
      text && (code === text || code.endsWith(text) || compounds[compound]?.name === text) ? [at] : [],
    );
    if (!rows.length) return say(fill(words.not_found, { text }));
    one("find").value = "";
    this.choose(rows, true);
  }

  clear() {
    this.chosen.clear();
    this.show();
  }

  moveTo() {
    const code = one("target").value;
    const rows = [...this.chosen];
    const free = rows.filter((at) => !drafts.heldOf(this.draft).has(at));
    if (free.length < rows.length) say(fill(words.held, { n: rows.length - free.length }));
    if (!free.length) return;
    this.change(code === "new" ? drafts.moveToNew(this.draft, free, this.ground) : drafts.move(this.draft, free, code));
  }

  lockChosen() {
    const rows = [...this.chosen];
    const shut = rows.some((at) => !this.draft.locked.includes(at));
    this.change(drafts.lockBuildings(this.draft, rows, shut), shut ? words.locked : words.unlocked);
  }

  paint(at) {
    if (at === null || !this.grid || !this.mayDraw) return;
    const next = drafts.move(this.draft, this.withCompound([at]), this.grid);
    if (drafts.isSame(next, this.draft)) return;
    this.painting = next;
    this.show();
  }

  endPaint() {
    const painted = this.painting;
    this.painting = null;
    if (painted) this.change(painted);
    else if (!this.grid) say(words.choose_grid);
  }

  pick(code) {
    this.grid = code;
    this.show();
  }

  lockGrid() {
    const { locked } = this.draft.grids.find(({ code }) => code === this.grid);
    this.change(drafts.changeGrid(this.draft, this.grid, { locked: !locked }), locked ? words.unlocked : words.locked);
  }

  rename() {
    const name = one("name").value.trim();
    const isTaken = this.draft.grids.some((grid) => grid.name === name && grid.code !== this.grid);
    if (!name || isTaken) return say(words.odd_name);
    this.change(drafts.changeGrid(this.draft, this.grid, { name }));
  }

  mergeInto() {
    const into = one("neighbour").value;
    if (!into) return;
    const from = this.grid;
    if ([...drafts.heldOf(this.draft)].some((at) => this.draft.of[at] === from)) return say(words.locked_grid);
    this.grid = into;
    this.change(drafts.merge(this.draft, from, into), words.merged);
  }

  mend() {
    const { loose } = this.facts.get(this.grid);
    this.change(drafts.mend(this.draft, loose, this.ground));
  }

  split() {
    return this.solved("split", { code: this.grid, parts: Number(one("parts").value) });
  }

  solveAnew() {
    return this.solved("solve", { manner: "anew", seed: this.seed });
  }

  solveGently() {
    return this.solved("solve", { manner: "least_change", seed: this.seed });
  }

  // Pressed again on the same draft, the solver tries another way.
  get seed() {
    const isAgain = this.lastSolved && drafts.isSame(this.lastSolved, this.history.now);
    this.turn = isAgain ? (this.turn ?? 0) + 1 : 0;
    return this.turn;
  }

  async solved(name, given) {
    if (page.ariaBusy === "true") return;
    page.ariaBusy = "true";
    const asked = this.history.now;
    const answer = await ask(page.dataset[name], { draft: drafts.told(asked, this.ground), ...given });
    page.ariaBusy = null;
    if (!answer.ok) return say(answer.said?.reason ?? (answer.status ? words.turned_away : words.no_network));
    if (asked !== this.history.now) return say(words.changed_meanwhile);
    const draft = drafts.received(answer.said.draft, this.ground);
    if (!this.change(draft, words.solved)) say(words.as_it_was);
    this.lastSolved = this.history.now;
  }

  async explain() {
    const list = one("reasons");
    const answer = await ask(page.dataset.explain, { draft: drafts.told(this.draft, this.ground), code: this.grid });
    if (!answer.ok) return say(answer.said?.reason ?? (answer.status ? words.turned_away : words.no_network));
    list.replaceChildren(...answer.said.says.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  }

  async save() {
    if (page.ariaBusy === "true") return;
    page.ariaBusy = "true";
    const draft = this.history.now;
    // The same id until it is known to have arrived: sent twice, it is one version.
    if (this.sending?.draft !== draft) this.sending = { draft, uid: newId() };
    const answer = await ask(page.dataset.save, {
      draft: drafts.told(draft, this.ground),
      uid: this.sending.uid,
      name: one("version-name").value,
      based_on: this.basedOn,
    });
    page.ariaBusy = null;
    if (!answer.ok) return say(answer.said?.reason ?? (answer.status ? words.turned_away : words.kept_here));
    const { number, between } = answer.said;
    this.sending = null;
    this.basedOn = number;
    this.saved = draft;
    if (this.history.now === draft) forget(this.ground.plan);
    say(fill(between ? words.saved_beside : words.saved, { number, n: between }));
    one("version").textContent = fill(words.version, { number });
    for (const link of document.querySelectorAll("[data-of-version]")) {
      const url = new URL(link.href);
      url.searchParams.set("version", number);
      link.href = url;
    }
    this.show();
  }

  toSubmit(link) {
    if (!drafts.isSame(this.saved, this.history.now)) say(words.save_first);
    else location.assign(link.dataset.href.replace("VERSION", this.basedOn));
  }

  zoomIn() {
    this.map.zoom(1 / 1.5);
  }

  zoomOut() {
    this.map.zoom(1.5);
  }

  showAll() {
    this.map.showAll();
  }

  // --- what is seen ----------------------------------------------------------------------------

  show() {
    const { draft } = this;
    this.facts = drafts.factsOf(draft, this.ground);
    if (!this.facts.has(this.grid)) this.grid = null;
    this.map.draw(draft, this.facts, this.chosen);
    this.map.dropAreas();
    this.list();
    this.sums();
    this.aboutChosen();
    this.aboutGrid();
    const isSaved = drafts.isSame(this.saved, this.history.now);
    one("unsaved").hidden = isSaved;
    page.dataset.saved = isSaved ? "yes" : "no";
    one("undo").disabled = !this.history.canUndo;
    one("redo").disabled = !this.history.canRedo;
    this.wantAreas();
  }

  list() {
    const focused = document.activeElement?.dataset?.grid;
    one("grids").replaceChildren(...[...this.facts.values()].map((fact) => this.row(fact)));
    if (focused) page.querySelector(`[data-grid="${focused}"]`)?.focus();
  }

  row({ grid, households, missing, loose }) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "plan-grid" });
    button.dataset.grid = grid.code;
    button.ariaPressed = grid.code === this.grid;
    const faults = [
      missing > 0 && fill(words.lacks, { n: missing }),
      missing < 0 && fill(words.exceeds, { n: -missing }),
      loose.length && fill(words.loose, { n: loose.length }),
    ].filter(Boolean);
    const swatch = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    swatch.setAttribute("class", "swatch");
    swatch.setAttribute("aria-hidden", "true");
    swatch.innerHTML = `<rect width="100%" height="100%" class="tint-${this.map.tints.get(grid.code)}"/>`;
    button.append(swatch, span("", `${grid.locked ? `${words.lock_sign} ` : ""}${grid.name}`), span("figure", fill(words.households, { n: households })));
    if (faults.length) button.append(span("fault", faults.join("；")));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  sums() {
    const facts = [...this.facts.values()];
    const wrong = facts.filter(({ missing }) => missing).length;
    const loose = looseIn(this.facts);
    const parts = [fill(words.sum, { grids: facts.length, households: facts.reduce((sum, { households }) => sum + households, 0) })];
    if (wrong) parts.push(fill(words.out_of_range, { n: wrong }));
    if (loose) parts.push(fill(words.loose, { n: loose }));
    if (!wrong && !loose) parts.push(words.all_well);
    one("sums").textContent = parts.join("；");
  }

  aboutChosen() {
    const rows = [...this.chosen];
    one("chosen").hidden = !rows.length;
    const households = rows.reduce((sum, at) => sum + this.ground.buildings[at].households, 0);
    one("chosen-sum").textContent = fill(words.chosen, { n: rows.length, households });
    const shut = rows.length && rows.every((at) => this.draft.locked.includes(at));
    one("lock-chosen").textContent = shut ? words.unlock : words.lock;
    options(one("target"), [...this.draft.grids.map(({ code, name }) => [code, name]), ["new", words.new_grid]]);
  }

  aboutGrid() {
    const fact = this.facts.get(this.grid);
    one("about").hidden = !fact;
    if (!fact) return;
    if (one("about").dataset.of !== this.grid) {
      one("about").dataset.of = this.grid;
      one("reasons").replaceChildren();
    }
    one("about-name").textContent = `${fact.grid.name} · ${this.grid}`;
    if (document.activeElement !== one("name")) one("name").value = fact.grid.name;
    one("lock-grid").textContent = fact.grid.locked ? words.unlock : words.lock;
    one("mend").hidden = !fact.loose.length;
    const names = new Map(this.draft.grids.map(({ code, name }) => [code, name]));
    options(one("neighbour"), drafts.neighboursOf(this.draft, this.ground, this.grid).map((code) => [code, names.get(code)]));
  }

  wantAreas() {
    clearTimeout(this.waiting);
    if (this.painting) return;
    this.waiting = setTimeout(() => this.smoothAreas(), QUIET);
  }

  async smoothAreas() {
    const draft = this.history.now;
    const answer = await ask(page.dataset.areas, { draft: drafts.told(draft, this.ground) });
    if (answer.ok && draft === this.draft) this.map.drawAreas(answer.said.areas);
  }
}

const looseIn = (facts) => [...facts.values()].reduce((sum, { loose }) => sum + loose.length, 0);

function span(className, textContent) {
  return Object.assign(document.createElement("span"), { className, textContent });
}

function options(select, wanted) {
  const chosen = select.value;
  select.replaceChildren(...wanted.map(([value, text]) => new Option(text, value)));
  if (wanted.some(([value]) => value === chosen)) select.value = chosen;
}

begin();
