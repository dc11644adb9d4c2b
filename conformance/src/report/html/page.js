// Narrows the list of vectors, and opens what a link points into. The page is whole without it.
(() => {
  const field = document.getElementById("filter");
  const hits = document.getElementById("hits");
  const groups = [...document.querySelectorAll("#vectors ~ .group")];
  field.closest(".tools").hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const group of groups) {
      let any = false;
      for (const row of group.querySelectorAll(".vector")) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) { any = true; count += 1; }
      }
      group.hidden = !any;
      group.open = any && words.length > 0;
    }
    hits.textContent = words.length > 0 ? `${count} vectors` : "";
  });
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") { at.open = true; }
    }
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  reveal();
})();
