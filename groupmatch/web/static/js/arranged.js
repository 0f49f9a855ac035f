// Fetches what the last night could arrange until it is there. Without a script there is a link.

const box = document.querySelector("[data-arranged]");
let looks = 30;

async function look() {
  const answer = await fetch(box.dataset.arranged, { headers: { Accept: "text/html" } });
  if (answer.ok && !answer.redirected) box.innerHTML = await answer.text();
  const waiting = box.querySelector("[data-waiting]");
  if (answer.ok && waiting && --looks) setTimeout(look, 1000);
  // With nothing to rank, the page says so in place of the form.
  if (answer.ok && !waiting && !document.querySelector("[id^=time-]")) location.reload();
}

if (box?.querySelector("[data-waiting]")) setTimeout(look, 1000);
