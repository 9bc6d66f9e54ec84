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
  const narrow = matchMedia("(max-width: 76.234375em)");
  const lead = () => {
    for (const step of find(".md-nav--primary label[for^=__nav], label[for=__toc]"))
      step.tabIndex = narrow.matches ? 0 : -1;
  };
  narrow.addEventListener("change", lead);
  lead();
})();
