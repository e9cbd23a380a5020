// A form's own id, made here: sent twice by a bad network, it is still one form to the server.
// <input type="hidden" name="client_id" data-id>

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Plain http on a local network has no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// The server may have given an id already (a refused form comes back with its own): it stays.
export function fillIds(part) {
  for (const input of part.querySelectorAll("input[data-id]")) input.value ||= newId();
}
