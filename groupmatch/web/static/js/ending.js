// Says before a sign-in ends, and clears the page when it has. Without a script the pages say how
// long a sign-in lasts, and the next click leads to the sign-in page and back.

const line = document.querySelector("[data-ending]");
const count = line?.querySelector("[data-minutes]");

// Seconds that are left; asking does not count as a click unless somebody clicked.
async function left(clicked) {
  const headers = clicked ? {} : { "X-By-Itself": "yes" };
  const answer = await fetch(line.dataset.ending, { headers, redirect: "error" });
  return Number(await answer.text());
}

function wait(seconds) {
  const warning = Number(line.dataset.warning);
  setTimeout(look, 1000 * Math.max(1, seconds > warning ? seconds - warning : seconds + 1));
}

// Another tab may have been busy meanwhile, so the site is asked, not the clock.
async function look() {
  try {
    show(await left(false));
  } catch {
    location.reload();
  }
}

function show(seconds) {
  line.hidden = seconds > Number(line.dataset.warning);
  count.textContent = Math.max(1, Math.round(seconds / 60));
  wait(seconds);
}

line?.querySelector("button").addEventListener("click", async () => {
  try {
    show(await left(true));
  } catch {
    location.reload();
  }
});

if (line) wait(Number(line.dataset.left));
