// The page of weekly hours: painting is saved by itself, taken back by Undo, told in words, and
// answered with how many open times fit. Without a script the form is sent by its button.

import { painter } from "./painter.js";

const PAUSE = 700;

const form = document.querySelector("[data-week]");
const table = form.querySelector(".grid");
const find = (name) => form.querySelector(`[data-${name}]`);
const [save, undo, state, said, fits] = ["save", "undo", "state", "said", "fits"].map(find);
const list = document.querySelector("#spans");

// --- Painting ---------------------------------------------------------------------------------

const former = [];
const brush = () => form.elements.brush.value;
const grid = painter(table, {
  brush,
  painted({ before, words, level }) {
    if (before && JSON.stringify(former.at(-1)) !== JSON.stringify(before)) former.push(before);
    said.textContent = words && `${words}: ${levelWord(level)}`;
    undo.hidden = false;
    saveSoon();
  },
});

const levelWord = (level) =>
  form.querySelector(`[name="brush"][value="${level ?? "no"}"] + label`).lastChild.textContent.trim();

for (const part of form.querySelectorAll("#brush-no, [for=brush-no], [data-how]")) {
  part.hidden = false;
  part.disabled = false;
}

const finger = find("paint");
finger.hidden = !matchMedia("(pointer: coarse)").matches;
finger.addEventListener("click", () => {
  const painting = table.classList.toggle("painting");
  finger.setAttribute("aria-pressed", String(painting));
});

// --- Undo -------------------------------------------------------------------------------------

function takeBack(event) {
  if (!former.length) return;
  event.preventDefault();
  grid.show(former.pop());
  said.textContent = undo.textContent;
  saveSoon();
}

// With nothing left to take back here, the button sends the form: the server knows more.
undo.addEventListener("click", takeBack);
form.addEventListener("keydown", (event) => {
  const ours = event.target.closest(".grid") && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (ours && event.key.toLowerCase() === "z") takeBack(event);
});

// --- Saving -----------------------------------------------------------------------------------

let timer = null;
let saving = null;

function saveSoon() {
  clearTimeout(timer);
  state.textContent = "";
  timer = setTimeout(store, PAUSE);
}

// One at a time: what is painted meanwhile is saved after it.
async function store() {
  clearTimeout(timer);
  timer = null;
  if (saving) await saving;
  saving = send();
  await saving;
  saving = null;
}

async function send() {
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body, keepalive: true });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    list.innerHTML = await answer.text();
    const saved = list.querySelector("[data-saved]");
    state.textContent = saved.textContent;
    saved.remove();
    save.hidden = true;
    tellFits();
  } catch {
    state.textContent = save.dataset.notSaved;
    save.hidden = false;
  }
}

async function tellFits() {
  const answer = await fetch(fits.dataset.fits);
  if (answer.ok && !answer.redirected) fits.innerHTML = await answer.text();
}

// What is painted last is saved even by whoever leaves at once.
document.addEventListener("visibilitychange", () => document.hidden && timer && store());
addEventListener("pagehide", () => timer && store());

save.hidden = true;
tellFits();
