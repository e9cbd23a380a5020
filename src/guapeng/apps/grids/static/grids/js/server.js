// Questions to the server. Without network, or with an answer that is none, there is no answer:
// `status` tells whether anybody was there.

const PATIENCE = 30000;

export async function ask(url, content) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const request = content && {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(content),
  };
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(PATIENCE) });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    if (!isJson) return { failed: true, status: response.status };
    return { ok: response.ok, said: await response.json() };
  } catch {
    return { failed: true, status: 0 };
  }
}
