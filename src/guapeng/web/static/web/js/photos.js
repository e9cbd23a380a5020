// Photographs are made smaller before they travel. Drawing them anew also leaves behind what the
// camera wrote into them: time, place, device. Other files travel as they are.

const LONGEST = 1600;
const QUALITY = 0.82;
const chosen = new Map();

export function watchPhotos() {
  document.addEventListener("change", async ({ target }) => {
    const box = target.closest("[data-photos]");
    if (!box || !target.files) return;
    target.form.setAttribute("aria-busy", "true");
    const before = box.photos ?? [];
    const added = await Promise.all([...target.files].map(smaller));
    show(box, target, [...before, ...added].slice(0, Number(box.dataset.photos)));
    target.form.removeAttribute("aria-busy");
  });
  // A form that comes back with a question or an error has lost its files: choose them again.
  document.addEventListener("guapeng:arrived", ({ detail }) => {
    if (detail?.again) document.querySelectorAll("[data-photos]").forEach(chooseAgain);
    else chosen.clear();
  });
}

function chooseAgain(box) {
  const input = box.querySelector("input");
  const photos = chosen.get(input.name) ?? [];
  if (photos.length) {
    box.querySelector("[data-photos-again]")?.remove();
    show(box, input, photos);
  }
}

async function smaller(file) {
  if (!file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" });
  } catch {
    // A format this browser cannot draw: the server decides.
    return file;
  }
}

function show(box, input, photos) {
  box.photos = photos;
  chosen.set(input.name, photos);
  const carrier = new DataTransfer();
  photos.forEach((photo) => carrier.items.add(photo));
  input.files = carrier.files;
  box.querySelector("[data-photos-list]").replaceChildren(...photos.map((photo) => preview(box, input, photo)));
}

function preview(box, input, photo) {
  const item = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-plain", textContent: "×" });
  button.setAttribute("aria-label", `${box.dataset.removes} ${photo.name}`);
  button.addEventListener("click", () => show(box, input, box.photos.filter((other) => other !== photo)));
  item.append(photo.type.startsWith("image/") ? picture(photo) : named(photo), button);
  return item;
}

function picture(photo) {
  const image = Object.assign(new Image(), { src: URL.createObjectURL(photo), alt: photo.name });
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  return image;
}

function named(file) {
  return Object.assign(document.createElement("span"), { className: "photos-name", textContent: file.name });
}
