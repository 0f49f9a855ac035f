// What every page can do a little better with a script. Nothing here is needed.

const field = document.querySelector("[data-search]");

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || !field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// A page that comes back from the browser's memory may send its forms again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Selects that choose where to go do so at once; their button stays for those without a script.
for (const select of document.querySelectorAll("select[data-submits]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// Printing needs a script; without one the browser's own menu does it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Copying, too, needs a script.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    text.select();
    await navigator.clipboard.writeText(text.value);
    button.textContent = button.dataset.copied;
  });
}

// A page that is to change at a known time is fetched again then. Far ones wait for another visit.
for (const { dataset } of document.querySelectorAll("[data-reload-at]")) {
  const wait = new Date(dataset.reloadAt) - Date.now();
  if (wait > 0 && wait < 86_400_000) setTimeout(() => location.reload(), wait + 1000);
}

// After a form came back with problems, the summary is what to read first.
document.querySelector("[data-problems]")?.focus();

// On a phone the pages stand in a row that scrolls: the one that is open is in view.
const open = document.querySelector(".rail [aria-current]");
const rail = open?.closest(".rail");
rail?.scrollTo({ left: open.offsetLeft - (rail.clientWidth - open.offsetWidth) / 2 });
