// A draft as the editor knows it: a value that is never changed. Every act gives a new one, so that
// undoing is going back to the one before.
//
// ground: what the server told of buildings, edges and ridges; a building is its place in the list.
// draft: { grids: [{ code, name, locked }], of: [code of each building], locked: [places] }

import { nameOf } from "./names.js";

export function received(said, ground) {
  const place = new Map(ground.buildings.map((one, at) => [one.code, at]));
  return {
    grids: said.grids.map(({ code, name, locked }) => ({ code, name, locked: Boolean(locked) })),
    of: ground.buildings.map(({ code }) => said.assignment[code]),
    locked: said.locked.map((code) => place.get(code)).sort((a, b) => a - b),
  };
}

export function told(draft, ground) {
  return {
    grids: draft.grids,
    assignment: Object.fromEntries(ground.buildings.map(({ code }, at) => [code, draft.of[at]])),
    locked: draft.locked.map((at) => ground.buildings[at].code),
  };
}

export const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// What may not be moved by hand: locked buildings, and those of a locked grid.
export function heldOf(draft) {
  const closed = new Set(draft.grids.filter(({ locked }) => locked).map(({ code }) => code));
  const held = new Set(draft.locked);
  draft.of.forEach((code, at) => closed.has(code) && held.add(at));
  return held;
}

export function move(draft, rows, code) {
  const held = heldOf(draft);
  const of = draft.of.slice();
  for (const at of rows) if (!held.has(at)) of[at] = code;
  return tidy({ ...draft, of });
}

export function moveToNew(draft, rows, ground) {
  const code = nextCode(draft, ground);
  const name = nameOf(ground.community.name, code, draft.grids);
  const grids = [...draft.grids, { code, name, locked: false }].sort((a, b) => (a.code < b.code ? -1 : 1));
  return move({ ...draft, grids }, rows, code);
}

// The number after the highest that was ever given, here or in the register.
export function nextCode(draft, ground) {
  const given = [...ground.taken, ...draft.grids.map(({ code }) => code)];
  const numbers = given.map((code) => Number(code.slice(-3))).filter((number) => number <= 900);
  return `${ground.community.code}${String(Math.max(0, ...numbers) + 1).padStart(3, "0")}`;
}

export function merge(draft, from, into) {
  return move(draft, draft.of.flatMap((code, at) => (code === from ? [at] : [])), into);
}

export function lockBuildings(draft, rows, shut) {
  const locked = new Set(draft.locked);
  for (const at of rows) shut ? locked.add(at) : locked.delete(at);
  return { ...draft, locked: [...locked].sort((a, b) => a - b) };
}

export function changeGrid(draft, code, change) {
  return { ...draft, grids: draft.grids.map((one) => (one.code === code ? { ...one, ...change } : one)) };
}

// Loose buildings go to the grid of most of their neighbours, those at the rim first.
export function mend(draft, rows, ground) {
  const held = heldOf(draft);
  const of = draft.of.slice();
  const left = new Set(rows.filter((at) => !held.has(at)));
  for (let falling = true; falling && left.size; ) {
    falling = false;
    for (const at of left) {
      const votes = new Map();
      for (const other of ground.beside[at]) {
        if (!left.has(other) && of[other] !== draft.of[at]) votes.set(of[other], (votes.get(of[other]) ?? 0) + 1);
      }
      if (!votes.size) continue;
      of[at] = [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0];
      left.delete(at);
      falling = true;
    }
  }
  return tidy({ ...draft, of });
}

// A grid without buildings is none.
function tidy(draft) {
  const used = new Set(draft.of);
  return { ...draft, grids: draft.grids.filter(({ code }) => used.has(code)) };
}

export function factsOf(draft, ground) {
  const facts = new Map(draft.grids.map((grid) => [grid.code, { grid, households: 0, buildings: 0, missing: 0, loose: [] }]));
  draft.of.forEach((code, at) => {
    const fact = facts.get(code);
    fact.households += ground.buildings[at].households;
    fact.buildings += 1;
  });
  const { least, most } = ground.rule;
  for (const fact of facts.values()) {
    fact.missing = fact.households < least ? least - fact.households : Math.min(most - fact.households, 0);
  }
  for (const at of looseOf(draft, ground)) facts.get(draft.of[at]).loose.push(at);
  return facts;
}

// Buildings that hang apart from most of their grid; where the community itself falls into parts
// (a river without a bridge), two parts of one grid are not the draft's doing.
function looseOf(draft, ground) {
  const piece = new Int32Array(draft.of.length).fill(-1);
  const pieces = [];
  for (let start = 0; start < piece.length; start += 1) {
    if (piece[start] >= 0) continue;
    const rows = [start];
    piece[start] = pieces.length;
    for (let next = 0; next < rows.length; next += 1) {
      for (const other of ground.beside[rows[next]]) {
        if (piece[other] < 0 && draft.of[other] === draft.of[start]) {
          piece[other] = pieces.length;
          rows.push(other);
        }
      }
    }
    const weight = rows.reduce((sum, at) => sum + ground.buildings[at].households + 0.001, 0);
    pieces.push({ rows, weight, key: `${draft.of[start]}/${ground.buildings[start].part}` });
  }
  const main = new Map();
  for (const one of pieces) if (!main.has(one.key) || main.get(one.key).weight < one.weight) main.set(one.key, one);
  return pieces.filter((one) => main.get(one.key) !== one).flatMap(({ rows }) => rows);
}

// A tint for each grid, neighbours never alike where eight are enough; all are used.
export function tintsOf(draft, ground, most = 8) {
  const beside = new Map(draft.grids.map(({ code }) => [code, new Set()]));
  for (const [one, other] of ground.ridges) {
    const [a, b] = [draft.of[one], draft.of[other]];
    if (a !== b) beside.get(a).add(b), beside.get(b).add(a);
  }
  const tints = new Map();
  const used = new Array(most).fill(0);
  for (const { code } of draft.grids) {
    const taken = new Set([...beside.get(code)].map((other) => tints.get(other)));
    const free = used.map((_, tint) => tint).filter((tint) => !taken.has(tint));
    const tint = (free.length ? free : used.map((_, one) => one)).sort((a, b) => used[a] - used[b] || a - b)[0];
    tints.set(code, tint);
    used[tint] += 1;
  }
  return tints;
}

export function middleOf(draft, ground, code) {
  let [x, y, weight] = [0, 0, 0];
  const rows = draft.of.flatMap((one, at) => (one === code ? [at] : []));
  for (const at of rows) {
    const { households, ...place } = ground.buildings[at];
    x += place.x * (households + 0.001);
    y += place.y * (households + 0.001);
    weight += households + 0.001;
  }
  const way = (at) => Math.hypot(ground.buildings[at].x - x / weight, ground.buildings[at].y - y / weight);
  return ground.buildings[rows.reduce((best, at) => (way(at) < way(best) ? at : best))];
}

export function neighboursOf(draft, ground, code) {
  const found = new Set();
  for (const [one, other] of ground.edges) {
    const [a, b] = [draft.of[one], draft.of[other]];
    if (a !== b && (a === code || b === code)) found.add(a === code ? b : a);
  }
  return [...found].sort();
}
