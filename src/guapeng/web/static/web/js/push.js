// Web push on this device: <form data-push="the instance's public key"> with hidden fields endpoint,
// p256dh and auth; [data-push-when="…"] are the words for each state, of which one is shown.

export async function offerPush(part) {
  const form = part.querySelector("form[data-push]");
  if (!form) return;
  show(await stateOf(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    subscribe(form);
  });
}

function show(state) {
  for (const words of document.querySelectorAll("[data-push-when]")) words.hidden = words.dataset.pushWhen !== state;
}

async function stateOf(form) {
  if (!("PushManager" in window && "serviceWorker" in navigator && "Notification" in window)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const subscription = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
  if (!subscription) return "off";
  const mine = markMine(subscription.endpoint);
  return mine ? "on" : "off";
}

// The list of devices does not know which of them this one is.
function markMine(endpoint) {
  const row = [...document.querySelectorAll("[data-endpoint]")].find((one) => one.dataset.endpoint === endpoint);
  row?.querySelector("[data-mine]")?.removeAttribute("hidden");
  return Boolean(row);
}

async function subscribe(form) {
  show("asking");
  try {
    const { pushManager } = await navigator.serviceWorker.ready;
    await (await pushManager.getSubscription())?.unsubscribe();
    const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset.push });
    const { endpoint, keys } = subscription.toJSON();
    Object.assign(form.elements.endpoint, { value: endpoint });
    Object.assign(form.elements.p256dh, { value: keys.p256dh });
    Object.assign(form.elements.auth, { value: keys.auth });
    form.submit();
  } catch {
    show(Notification.permission === "denied" ? "denied" : "failed");
  }
}
