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
const sayLost = () => {
  const banner = offline();
  if (banner) {
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
  // A form that was refused comes back as a page with what is wrong: it is shown like any other.
  if (event.detail.xhr.status >= 400) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
document.addEventListener("htmx:afterSettle", () => {
  begin(document);
  const first = document.querySelector(".govuk-error-summary, .govuk-notification-banner[role='alert'], h1");
  if (first) { first.setAttribute("tabindex", "-1"); first.focus(); }
});

begin(document);
