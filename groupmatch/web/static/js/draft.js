// Keys of the draft, for the bundle that is marked: each only presses a button of the page or
// follows one of its links. They are silent while something is being typed, and can be turned off.

const bundles = [...document.querySelectorAll("[data-bundle]")];
const help = document.querySelector("details.keys");
const on = document.querySelector("[data-keys]");
const OFF = "draft-keys-off";

const marked = () => document.activeElement?.closest("[data-bundle]");

function mark(bundle) {
  bundle?.focus();
  bundle?.scrollIntoView({ block: "nearest" });
}

function go(step) {
  const here = bundles.indexOf(marked());
  mark(bundles[Math.min(Math.max(here + step, 0), bundles.length - 1)]);
}

function next() {
  const here = bundles.indexOf(marked());
  const undecided = (bundle) => !bundle.classList.contains("approved");
  mark(bundles.slice(here + 1).find(undecided) ?? bundles.find(undecided));
}

function press(bundle, ...acts) {
  const form = acts.map((act) => bundle.querySelector(`[data-act="${act}"]`)).find(Boolean);
  form?.requestSubmit();
}

function toggle(more) {
  if (more) more.open = !more.open;
}

const EVERYWHERE = {
  j: () => go(1),
  k: () => go(-1),
  n: next,
  "?": () => toggle(help),
};
const ON_BUNDLE = {
  a: (bundle) => press(bundle, "approve_one", "unapprove_one"),
  x: (bundle) => press(bundle, "remove"),
  g: (bundle) => press(bundle, "only_this_group"),
  o: (bundle) => bundle.querySelector("[data-options]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (!on?.checked || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const bundle = marked();
  const alone = event.target === bundle;
  if (EVERYWHERE[event.key]) EVERYWHERE[event.key]();
  else if (bundle && ON_BUNDLE[event.key]) ON_BUNDLE[event.key](bundle);
  else if (alone && event.key === "Enter") toggle(bundle.querySelector("[data-more]"));
  else return;
  event.preventDefault();
});

if (on) {
  on.checked = !localStorage.getItem(OFF);
  on.addEventListener("change", () => {
    if (on.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
}

// After an act the page comes back at the bundle that was decided on, or at what it became.
const target = location.hash && document.getElementById(location.hash.slice(1));
if (target && target.matches("[data-bundle]")) target.focus();
if (target && target.matches("details")) target.open = true;

// What matching again found is told in its place when it is there; nothing else moves meanwhile.
const rest = document.querySelector("[data-rest]");

async function listen() {
  const answer = await fetch(rest.dataset.rest, {
    headers: { Accept: "text/html", "X-By-Itself": "yes" },
  });
  if (!answer.ok || answer.redirected) return;
  const told = await answer.text();
  if (told.includes("data-sought")) setTimeout(listen, 1500);
  else rest.innerHTML = told;
}

if (rest) setTimeout(listen, 1000);
