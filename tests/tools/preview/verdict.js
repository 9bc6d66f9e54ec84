// On each page of the preview: what its tests say, as soon as they do.
"use strict";
(() => {
  const url = `/preview/verdict?page=${encodeURIComponent(location.pathname)}`;
  const blocks = document.querySelectorAll("article div.highlight");
  const words = { checking: "Checking this page …", works: "Works", fails: "Fails" };
  let shown = "";

  function made(tag, text, attributes) {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function line({ state, checks, skipped, seconds, in_lab: inLab, faults }) {
    const count = faults.length;
    const told = count ? `${count} ${count === 1 ? "thing fails" : "things fail"}` : words[state];
    const bar = made("div", "", { class: "verdict verdict-top", role: "status", "data-state": state });
    bar.append(made("strong", told, {}));
    if (checks) {
      const left = skipped ? `, ${skipped} cannot be run here` : "";
      bar.append(` (${checks} checks${left}, ${seconds.toFixed(1)} s)`);
    }
    if (inLab) bar.append(` · ${inLab}`);
    if (count) bar.append(" · ", made("a", "go to the first", { href: "#fault-1" }));
    return bar;
  }

  function show(verdict) {
    for (const old of document.querySelectorAll(".verdict")) old.remove();
    if (!verdict) return;
    const bar = line(verdict);
    document.querySelector("article").prepend(bar);
    const inOrder = verdict.faults.toSorted((a, b) => (a.block ?? -1) - (b.block ?? -1));
    inOrder.forEach(({ fault, block }, number) => {
      const text = `fails: ${fault.message}, ${fault.file}:${fault.line}`;
      const foot = made("p", text, { class: "verdict verdict-fault", id: `fault-${number + 1}` });
      (blocks[block] ?? bar).append(foot);
    });
  }

  async function ask() {
    if (document.visibilityState === "visible") {
      const said = await fetch(url).then((answer) => answer.text(), () => shown);
      if (said !== shown) show(JSON.parse(said));
      shown = said;
    }
    setTimeout(ask, 300);
  }

  ask();
})();
