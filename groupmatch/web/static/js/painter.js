// The grid of half hours as something to paint on: by mouse, by finger and by keys. The checkboxes
// stay what is sent; this only checks many of them at once. All words come from the page.

const HOLD = 350;
const SLIP = 8;
const KEY_LEVELS = { 1: "well", 2: "if_needed", 3: null, Delete: null, Backspace: null };
const PAGE_ROWS = 4;

export function painter(table, { brush, painted }) {
  const rows = [...table.tBodies[0].rows];
  const cells = rows.map((row) => [...row.querySelectorAll("td")]);
  const shownRows = () => rows.flatMap((row, index) => (row.offsetParent === null ? [] : [index]));

  // --- Levels: "well", "if_needed" or null ---------------------------------------------------

  const boxes = ({ row, column }) => [...cells[row][column].children];
  const levelAt = (at) => boxes(at).find((box) => box.checked)?.name ?? null;
  const setLevel = (at, level) => boxes(at).forEach((box) => (box.checked = box.name === level));
  const week = () => cells.map((row, r) => row.map((_, column) => levelAt({ row: r, column })));
  const show = (levels) =>
    levels.forEach((row, r) => row.forEach((level, column) => setLevel({ row: r, column }, level)));

  function place(element) {
    const cell = element?.closest?.(".grid tbody td");
    if (!cell) return null;
    const row = rows.indexOf(cell.parentElement);
    return { row, column: cells[row].indexOf(cell) };
  }

  // --- A stroke: one rectangle of one level, from its first cell to wherever it goes ----------

  let stroke = null;

  function begin(from, level, by) {
    stroke = { from, to: from, level, by, before: week() };
    stretch(from);
  }

  function stretch(to) {
    stroke.to = to;
    show(stroke.before);
    for (const at of inside(stroke)) setLevel(at, stroke.level);
  }

  function inside({ from, to }) {
    const [top, bottom] = [from.row, to.row].sort((a, b) => a - b);
    const [left, right] = [from.column, to.column].sort((a, b) => a - b);
    const columns = cells[0].map((_, column) => column).filter((c) => c >= left && c <= right);
    const between = shownRows().filter((row) => row >= top && row <= bottom);
    return between.flatMap((row) => columns.map((column) => ({ row, column })));
  }

  const wanted = (at) => (brush() === "no" || levelAt(at) === brush() ? null : brush());
  const tell = () => painted({ before: stroke.before, words: words(stroke), level: stroke.level });

  function finish() {
    tell();
    stroke = null;
  }

  function words({ from, to }) {
    const name = ({ row, column }) =>
      `${table.tHead.querySelectorAll("abbr")[column].title} ${rows[row].cells[0].textContent.trim()}`;
    const single = from.row === to.row && from.column === to.column;
    return single ? name(from) : `${name(from)} – ${name(to)}`;
  }

  // --- Mouse and finger ----------------------------------------------------------------------

  let holding = null;
  let swallowClick = false;

  // Until it is held or asked to paint, a finger scrolls the page and a tap marks one half hour.
  function press(event) {
    swallowClick = false;
    const from = place(event.target);
    if (!from || event.button !== 0) return;
    const start = () => {
      begin(from, wanted(from), "pointer");
      focusOn(from);
      swallowClick = true;
    };
    if (event.pointerType !== "touch" || table.classList.contains("painting")) {
      event.preventDefault();
      start();
    } else {
      holding = { x: event.clientX, y: event.clientY, timer: setTimeout(start, HOLD) };
    }
  }

  function release() {
    clearTimeout(holding?.timer);
    holding = null;
  }

  function move({ clientX, clientY }) {
    if (holding && Math.hypot(clientX - holding.x, clientY - holding.y) > SLIP) {
      if (stroke) holding = null;
      else release();
    }
    const to = stroke?.by === "pointer" && place(document.elementFromPoint(clientX, clientY));
    if (to) stretch(to);
  }

  function lift() {
    release();
    if (stroke?.by === "pointer") finish();
  }

  table.addEventListener("pointerdown", press);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", lift);
  document.addEventListener("pointercancel", lift);
  // A stroke by a held finger must not scroll; before it, this leaves scrolling alone.
  const still = (event) => stroke?.by === "pointer" && event.preventDefault();
  table.addEventListener("touchmove", still, { passive: false });
  table.addEventListener("contextmenu", (event) => (stroke || holding) && event.preventDefault());

  // The browser's own click would undo what a stroke has painted; taps come without a stroke.
  table.addEventListener("click", (event) => {
    const at = place(event.target);
    if (!at || event.target.type !== "checkbox") return;
    event.preventDefault();
    if (swallowClick && event.detail) return;
    // After a prevented click the browser puts the box back, so the mark is made right after it.
    setTimeout(() => {
      begin(at, wanted(at), "pointer");
      finish();
    });
  });

  // --- Keys ----------------------------------------------------------------------------------

  let here = null;

  function focusOn(to) {
    if (here) boxes(here).forEach((box) => (box.tabIndex = -1));
    here = to;
    boxes(here).forEach((box) => (box.tabIndex = 0));
    const reachable = boxes(here).find((box) => box.offsetParent !== null);
    reachable?.focus({ preventScroll: stroke?.by === "pointer" });
  }

  function step(from, key) {
    const shown = shownRows();
    const at = shown.indexOf(from.row);
    const clamp = (value, most) => Math.max(0, Math.min(most, value));
    const down = { ArrowUp: -1, ArrowDown: 1, PageUp: -PAGE_ROWS, PageDown: PAGE_ROWS };
    const right = { ArrowLeft: -1, ArrowRight: 1 };
    if (key === "Home") return { row: shown[0], column: from.column };
    if (key === "End") return { row: shown.at(-1), column: from.column };
    if (!(key in down) && !(key in right)) return null;
    return {
      row: shown[clamp(at + (down[key] ?? 0), shown.length - 1)],
      column: clamp(from.column + (right[key] ?? 0), cells[0].length - 1),
    };
  }

  table.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && stroke) {
      show(stroke.before);
      if (stroke.by === "keys") painted({ before: null, words: "", level: null });
      stroke = null;
      return;
    }
    const from = place(event.target);
    const to = from && step(from, event.key);
    if (to) {
      event.preventDefault();
      extendOrWalk(from, to, event.shiftKey);
    } else if (from && (event.key === " " || event.key in KEY_LEVELS)) {
      event.preventDefault();
      const level = event.key === " " ? wanted(from) : KEY_LEVELS[event.key];
      if (stroke) stroke.level = level;
      else begin(from, level, "keys");
      stretch(stroke.to);
      tell();
    }
  });

  // A space has marked already when its key comes up again.
  table.addEventListener("keyup", (event) => {
    if (event.key === " " && place(event.target)) event.preventDefault();
  });

  function extendOrWalk(from, to, extend) {
    if (!extend) stroke = null;
    else if (!stroke) begin(from, levelAt(from), "keys");
    focusOn(to);
    if (!extend) return;
    stretch(to);
    tell();
  }

  table.addEventListener("focusin", (event) => {
    const to = place(event.target);
    if (to && (to.row !== here?.row || to.column !== here?.column)) focusOn(to);
  });

  table.addEventListener("focusout", (event) => {
    if (stroke?.by === "keys" && !table.contains(event.relatedTarget)) stroke = null;
  });

  // One stop of the tab key: the first painted cell, or the first there is.
  for (const row of cells) for (const cell of row) for (const box of cell.children) box.tabIndex = -1;
  const painting = rows.findIndex((each) => each.querySelector(":checked"));
  const first = painting < 0 ? shownRows()[0] : painting;
  const column = cells[first].findIndex((cell) => cell.querySelector(":checked"));
  here = { row: first, column: Math.max(0, column) };
  boxes(here).forEach((box) => (box.tabIndex = 0));

  return { week, show };
}
