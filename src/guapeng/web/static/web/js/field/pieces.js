// A photograph travels in pieces, each kept by the server as it comes: a signal that goes away in the
// middle costs one piece.
import { rules } from "./carried.js";
import { change } from "./records.js";
import * as store from "./store.js";

const PIECE = 131072;

export async function sendPieces(one, { ask, address }) {
  const bytes = await store.get("photos", one.id);
  if (!bytes) return;
  const size = (rules().phone?.piece_kb ?? PIECE / 1024) * 1024;
  while (one.have < bytes.byteLength) {
    const { have } = await ask(addressOf(address, one), {
      method: "PUT",
      body: bytes.slice(one.have, one.have + size),
      headers: { "Content-Type": "application/octet-stream" },
    });
    if (!(have > one.have)) return; // refused, or it is no use to go on: the record will say why
    await change(one, { have });
  }
}

// The page's head holds the address of a piece of no photograph.
const addressOf = (pattern, { id, have }) => pattern.replace(/[0-9a-f-]{36}\/\d+/, `${id}/${have}`);
