// Drafts one after the other, to go back and forth between; kept in the browser until saved.

const MOST = 60;
const KEPT = 12; // as many as surely fit beside those of other plans

export class History {
  constructor(first) {
    this.drafts = [first];
    this.at = 0;
  }

  get now() {
    return this.drafts[this.at];
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.drafts.length - 1;
  }

  add(draft) {
    this.drafts = [...this.drafts.slice(0, this.at + 1), draft].slice(-MOST);
    this.at = this.drafts.length - 1;
  }

  undo() {
    this.at = Math.max(0, this.at - 1);
  }

  redo() {
    this.at = Math.min(this.drafts.length - 1, this.at + 1);
  }
}

const keyOf = (plan) => `guapeng:plan:${document.documentElement.dataset.visitor}:${plan}`;

export function keep(plan, history, basedOn) {
  const from = Math.max(0, history.at - KEPT);
  const kept = { basedOn, at: history.at - from, drafts: history.drafts.slice(from, history.at + KEPT) };
  try {
    localStorage.setItem(keyOf(plan), JSON.stringify(kept));
    return true;
  } catch {
    return false; // the browser is full, or keeps nothing: what is on the page is still there
  }
}

export function kept(plan) {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(plan)));
    if (!found) return null;
    const history = new History(found.drafts[0]);
    Object.assign(history, { drafts: found.drafts, at: found.at });
    return { history, basedOn: found.basedOn };
  } catch {
    return null;
  }
}

export function forget(plan) {
  localStorage.removeItem(keyOf(plan));
}
