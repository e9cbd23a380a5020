// One press says where. Nothing is asked of the device before it, and nothing after.

const PATIENCE = { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 };

export function watchPlaces() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-here]");
    if (button) locate(button.closest("[data-locate]"));
  });
}

function locate(box) {
  const says = box.querySelector("[data-locate-says]");
  says.textContent = says.dataset.wait;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      put(box, "[data-lon]", coords.longitude.toFixed(6));
      put(box, "[data-lat]", coords.latitude.toFixed(6));
      put(box, "[data-accuracy]", Math.round(coords.accuracy));
      says.textContent = says.dataset.found.replace("{m}", Math.round(coords.accuracy));
      box.dispatchEvent(new CustomEvent("located", { bubbles: true, detail: coords }));
      box.closest("form[data-sends-place]")?.requestSubmit();
    },
    () => { says.textContent = says.dataset.failed; },
    PATIENCE,
  );
}

function put(box, selector, value) {
  const field = box.querySelector(selector);
  if (field) field.value = value;
}
