/* What Material leaves without a name, what only a mouse would reach, and where it would end. */
"use strict";
(() => {
  /* Without a store its script would end at once, and take copying, search and colours with it. */
  try {
    localStorage;
  } catch {
    for (const name of ["localStorage", "sessionStorage"]) {
      const kept = new Map(), getItem = (key) => kept.get(key) ?? null;
      const value = { getItem, setItem: (key, text) => kept.set(key, text), removeItem: (key) => kept.delete(key) };
      Object.defineProperty(window, name, { value });
    }
  }

  const find = (selector) => document.querySelectorAll(selector);
  const wide = new ResizeObserver((sizes) => {
    for (const { target } of sizes) target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
  });
  /* On a phone each row of a wide table is a card, in which a cell says what it is. */
  for (const table of find(".md-typeset table:not([class])")) {
    const names = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent);
    if (names.length < 3 || names[1] === "Type") continue;
    table.dataset.cards = ""; // no class: Material styles the tables that have none
    for (const row of table.tBodies[0].rows) [...row.cells].forEach((cell, number) => { cell.dataset.label = names[number]; });
  }

  /* Sections of a page that have the words that are looked for; in the guide as a whole, the browser's own search is better. */
  const filter = document.querySelector("[data-filter]");
  if (filter && !document.querySelector(".part")) {
    const sections = [...find("article h3")].map((heading) => {
      const parts = [heading];
      for (let next = heading; (next = next.nextElementSibling) && !/^(H[1-3]|FOOTER)$/.test(next.tagName);) parts.push(next);
      return [parts, parts.map((part) => part.textContent).join(" ").toLowerCase()];
    });
    filter.closest("p").hidden = false;
    filter.addEventListener("input", () => {
      const words = filter.value.toLowerCase().split(/\s+/);
      let number = 0;
      for (const [parts, text] of sections) {
        const found = words.every((word) => text.includes(word));
        number += found;
        for (const part of parts) part.hidden = !found;
      }
      filter.closest("p").querySelector("[role]").textContent = `${number} of ${sections.length}`;
    });
  }

  /* Buttons of code blocks and frames of tables are added late, by Material's own script. */
  const mend = () => {
    for (const nav of find(".md-code__nav:not([role])")) nav.setAttribute("role", "none");
    for (const frame of find(".md-typeset__scrollwrap:not([role])")) {
      frame.setAttribute("role", "group");
      frame.setAttribute("aria-label", "Table");
      wide.observe(frame);
    }
  };
  new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
  mend();

  /* The drawer's box is opened by a label, which no key reaches: a button does the same. */
  const drawer = document.getElementById("__drawer");
  const label = document.querySelector(".md-header__button[for=__drawer]");
  const button = document.createElement("button");
  button.className = `${label.className} drawer`;
  button.setAttribute("aria-label", "Navigation");
  button.append(...label.childNodes);
  label.replaceWith(button);
  const tell = () => button.setAttribute("aria-expanded", drawer.checked);
  drawer.addEventListener("change", tell);
  button.addEventListener("click", () => drawer.click());
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && drawer.checked) drawer.click();
  });
  tell();
  /* In the drawer, labels lead to other parts and back; beside the page they are headings. */
  for (const step of find(".md-nav--primary label[for^=__nav], label[for=__toc]")) step.tabIndex = 0;
})();
