// Painting the week: drag with a mouse, walk with the keys, or paint by finger when asked to.
// The checkboxes stay what is sent; this only checks many of them at once and tells it in words.

const form = document.querySelector("[data-week]");
const table = form.querySelector(".grid");
const list = document.querySelector("#spans");
const fingerButton = form.querySelector("[data-paint]");
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const STEP = 30;

const brush = () => form.elements.brush.value;
const boxAt = (cell) => cell?.querySelector(`[name="${brush()}"]`);
const rows = [...table.tBodies[0].rows];
const cells = rows.map((row) => [...row.querySelectorAll("td")]);
const shownRows = () => rows.flatMap((row, index) => (row.offsetParent === null ? [] : [index]));

function place(element) {
  const cell = element?.closest?.(".grid tbody td");
  if (!cell) return null;
  const row = rows.indexOf(cell.parentElement);
  return { row, column: cells[row].indexOf(cell) };
}

// One level a cell: what is painted last holds.
function set(cell, checked) {
  const box = boxAt(cell);
  if (box.checked === checked) return;
  box.checked = checked;
  settle(box);
}

function settle(box) {
  if (!box.checked) return;
  for (const other of box.parentElement.children) if (other !== box) other.checked = false;
}

// --- In words ---------------------------------------------------------------------------------

function clock(minute) {
  const hour = Math.floor(minute / 60) % 24;
  if (minute % 720 === 0) return hour === 12 ? "noon" : "midnight";
  const half = hour < 12 ? "am" : "pm";
  return `${hour % 12 || 12}:${String(minute % 60).padStart(2, "0")} ${half}`;
}

function between(start, end) {
  const [first, last] = [clock(start), clock(end)];
  const half = first.slice(-3);
  return /\d/.test(last) && last.endsWith(half) ? `${first.slice(0, -3)}–${last}` : `${first}–${last}`;
}

function levelOf(cell) {
  if (cell.querySelector('[name="well"]').checked) return "works well";
  return cell.querySelector('[name="if_needed"]').checked ? "if needed" : null;
}

function spansOf(column) {
  const spans = [];
  cells.forEach((row, index) => {
    const level = levelOf(row[column]);
    const last = spans.at(-1);
    if (level && last?.level === level && last.end === index * STEP) last.end += STEP;
    else if (level) spans.push({ level, start: index * STEP, end: (index + 1) * STEP });
  });
  return spans;
}

function tell() {
  const items = DAYS.flatMap((day, column) =>
    spansOf(column).map(({ level, start, end }) => {
      const item = document.createElement("li");
      const soft = document.createElement("span");
      soft.className = "soft";
      soft.textContent = level;
      item.append(`${day} ${between(start, end)} `, soft);
      return item;
    }),
  );
  if (!items.length) {
    items.push(document.createElement("li"));
    items[0].textContent = "No hours yet.";
  }
  list.replaceChildren(...items);
}

// --- Dragging ---------------------------------------------------------------------------------

let drag = null;

function begin(event) {
  const byFinger = event.pointerType === "touch";
  if ((byFinger && !table.classList.contains("painting")) || event.button !== 0) return;
  const from = place(event.target);
  if (!from) return;
  event.preventDefault();
  const before = cells.map((row) => row.map((cell) => [...cell.children].map((box) => box.checked)));
  drag = { from, before, checked: !boxAt(cells[from.row][from.column]).checked };
  stretch(from);
  focusOn(from);
}

function restore() {
  drag.before.forEach((row, r) =>
    row.forEach((boxes, c) => boxes.forEach((checked, b) => (cells[r][c].children[b].checked = checked))),
  );
}

function stretch(to) {
  restore();
  rectangle(drag.from, to, drag.checked);
}

function rectangle(from, to, checked) {
  const [top, bottom] = [from.row, to.row].sort((a, b) => a - b);
  const [left, right] = [from.column, to.column].sort((a, b) => a - b);
  for (const row of shownRows()) {
    if (row < top || row > bottom) continue;
    for (let column = left; column <= right; column += 1) set(cells[row][column], checked);
  }
}

function end() {
  if (!drag) return;
  drag = null;
  tell();
}

table.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", (event) => {
  const to = drag && place(document.elementFromPoint(event.clientX, event.clientY));
  if (to) stretch(to);
});
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", end);

// The browser's own click would undo what pointerdown has painted; taps and keys come without one.
let painted = false;
table.addEventListener("pointerdown", () => (painted = drag !== null));
table.addEventListener("click", (event) => {
  if (painted && place(event.target) && event.detail) event.preventDefault();
  painted = false;
});
table.addEventListener("change", (event) => {
  settle(event.target);
  tell();
});

// --- Keys -------------------------------------------------------------------------------------

let here = null;

function focusOn(to) {
  if (here) boxesAt(here).forEach((box) => (box.tabIndex = -1));
  here = to;
  boxesAt(here).forEach((box) => (box.tabIndex = 0));
  boxAt(cells[here.row][here.column]).focus({ preventScroll: drag !== null });
}

const boxesAt = ({ row, column }) => [...cells[row][column].children];

function step(from, key) {
  const shown = shownRows();
  const at = shown.indexOf(from.row);
  const row = { ArrowUp: at - 1, ArrowDown: at + 1, PageUp: at - 4, PageDown: at + 4 }[key] ?? at;
  const column = { ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0;
  const clamp = (value, most) => Math.max(0, Math.min(most, value));
  if (key === "Home") return { row: shown[0], column: from.column };
  if (key === "End") return { row: shown.at(-1), column: from.column };
  return { row: shown[clamp(row, shown.length - 1)], column: clamp(from.column + column, 6) };
}

const MOVES = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"]);

table.addEventListener("keydown", (event) => {
  const from = place(event.target);
  if (event.key === "Escape" && drag) {
    restore();
    drag = null;
    return;
  }
  if (!from || !MOVES.has(event.key)) return;
  event.preventDefault();
  const checked = boxAt(cells[from.row][from.column]).checked;
  const to = step(from, event.key);
  focusOn(to);
  if (!event.shiftKey) return;
  rectangle(from, to, checked);
  tell();
});

table.addEventListener("focusin", (event) => {
  const to = place(event.target);
  if (to && (to.row !== here?.row || to.column !== here?.column)) focusOn(to);
});

// One stop of the tab key: the first painted cell, or the first there is.
function start() {
  for (const row of cells) for (const cell of row) for (const box of cell.children) box.tabIndex = -1;
  const row = rows.findIndex((each) => each.querySelector(":checked"));
  const first = row < 0 ? shownRows()[0] : row;
  const column = Math.max(0, cells[first].findIndex((cell) => cell.querySelector(":checked")));
  here = { row: first, column };
  boxesAt(here).forEach((box) => (box.tabIndex = 0));
}

// --- Fingers ----------------------------------------------------------------------------------

// Until asked, a finger scrolls the page and a tap marks one half hour.
fingerButton.hidden = !matchMedia("(pointer: coarse)").matches;
fingerButton.addEventListener("click", () => {
  const painting = table.classList.toggle("painting");
  fingerButton.setAttribute("aria-pressed", String(painting));
});

start();
