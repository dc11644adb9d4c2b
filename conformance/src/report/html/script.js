// Narrows a list to what the form above it asks for. What is asked for stands in the address behind #, so that it can be sent on. The
// page is whole without this.
(() => {
  const form = document.getElementById("filter");
  const count = document.getElementById("count");
  const controls = [...form.elements].filter((control) => control.name);
  const rows = [...document.querySelectorAll("[data-row]")].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const groups = [...document.querySelectorAll("[data-group]")];
  const format = new Intl.NumberFormat("en");

  const narrow = () => {
    const chosen = controls.filter((control) => control.tagName === "SELECT" && control.value);
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      const has = (control) => row.dataset[control.name].split(" ").includes(control.value);
      row.hidden = !(chosen.every(has) && words.every((word) => text.includes(word)));
      shown += row.hidden ? 0 : 1;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("[data-row]:not([hidden])");
    }
    count.textContent = `${format.format(shown)} of ${format.format(rows.length)} ${count.dataset.things}`;
  };

  const remember = () => {
    const asked = new URLSearchParams(controls.filter((control) => control.value).map((control) => [control.name, control.value]));
    history.replaceState(null, "", `${location.href.split("#")[0]}#${asked}`);
  };

  // An address without = points to a place in the page, and asks for nothing.
  const recall = () => {
    const asked = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    for (const control of controls) {
      control.value = asked.get(control.name) ?? "";
      if (control.selectedIndex === -1) { control.selectedIndex = 0; }
    }
    narrow();
    if (location.hash && !location.hash.includes("=")) { document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView(); }
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { narrow(); remember(); });
  form.addEventListener("reset", () => setTimeout(() => { narrow(); remember(); }));
  window.addEventListener("hashchange", recall);
  recall();
})();
