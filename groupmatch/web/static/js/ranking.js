// Ranking times: one time has one rank, and a second click takes it back.

for (const form of document.querySelectorAll("[data-ranking]")) {
  // Anew each time: rows may have come since.
  const radios = () => [...form.querySelectorAll("input[type=radio]")];
  const none = (rank) => radios().find((radio) => radio.name === rank && radio.value === "");
  let chosen = new Set(radios().filter((radio) => radio.checked));

  form.addEventListener("click", ({ target }) => {
    if (!radios().includes(target) || !target.value) return;
    if (chosen.has(target)) none(target.name).checked = true;
    for (const other of radios()) {
      const sameTime = other !== target && other.value === target.value && other.checked;
      if (sameTime && target.checked) none(other.name).checked = true;
    }
    chosen = new Set(radios().filter((radio) => radio.checked));
  });

  form.addEventListener("change", () => (chosen = new Set(radios().filter((radio) => radio.checked))));
}
