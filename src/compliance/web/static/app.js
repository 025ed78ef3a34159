// Makes pages smoother. Every page works without it.
// A lost line loses nothing: a form that cannot be sent stays as it is, and says so.
import { initAll } from "./govuk.js";

const begin = (scope) => {
  document.documentElement.classList.add("has-script");
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  initAll({ scope });
  // "None of these" and the others exclude each other is govuk-frontend's; printing is ours.
  for (const button of scope.querySelectorAll("[data-prints]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
};

let isUnsaved = false;
const offline = () => document.querySelector(".app-offline");
const sayLost = ({ isBusy = false } = {}) => {
  const banner = offline();
  if (banner) {
    banner.dataset.lost ??= banner.textContent;
    banner.textContent = isBusy ? banner.dataset.busy : banner.dataset.lost;
    banner.hidden = false;
    banner.focus();
  }
};

document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-keeps]")) { isUnsaved = true; }
});
document.addEventListener("submit", (event) => {
  if (!navigator.onLine && event.target.method === "post") {
    event.preventDefault();
    event.stopImmediatePropagation();
    sayLost();
    return;
  }
  isUnsaved = false;
}, true);
window.addEventListener("beforeunload", (event) => { if (isUnsaved) { event.preventDefault(); } });
window.addEventListener("online", () => { const banner = offline(); if (banner) { banner.hidden = true; } });

// Forms that htmx sends: a broken line keeps the page, an answer replaces it and is read from its beginning.
for (const lost of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(lost, () => { isUnsaved = true; sayLost(); });
}
document.addEventListener("htmx:beforeSwap", (event) => {
  // Nothing was kept, and the page that would say so knows nothing of what was typed: the form stays, to be sent again.
  if (event.detail.xhr.status === 429 || event.detail.xhr.status >= 500) {
    event.detail.shouldSwap = false;
    isUnsaved = true;
    sayLost({ isBusy: true });
    return;
  }
  // A form that was refused comes back as a page with what is wrong: it is shown like any other.
  if (event.detail.xhr.status >= 400) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
document.addEventListener("htmx:afterSettle", () => {
  begin(document);
  const first = document.querySelector(".govuk-error-summary, .govuk-notification-banner[role='alert'], h1");
  if (first) { first.setAttribute("tabindex", "-1"); first.focus(); }
});

// Photographs are made smaller before they are sent. What the server takes out of them anyway does not even leave the device.
const MOST_PIXELS = 2000;
const shrink = async (file) => {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, MOST_PIXELS / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
  return blob && new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
};
document.addEventListener("change", async (event) => {
  const field = event.target;
  if (field.type !== "file" || !field.files.length || !/^image\/(jpeg|webp|heic|heif)$/.test(field.files[0].type)) { return; }
  try {
    const smaller = await shrink(field.files[0]);
    if (!smaller) { return; }
    const chosen = new DataTransfer();
    chosen.items.add(smaller);
    field.files = chosen.files;
  } catch { /* what the browser cannot draw is sent as it is */ }
});

// How far an upload has come.
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("progress");
  if (bar && event.detail.lengthComputable) {
    bar.hidden = false;
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
  }
});

begin(document);
