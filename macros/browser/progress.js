/* Ticks, kept in this browser, and what comes next. Nothing is ever locked.
   And the links that fill in a form, made from the blocks as they are shown. */
"use strict";
(() => {
  const KEY = "guide-done", LONGEST = 8000; // what servers take at least: RFC 9110, section 4.1
  const find = (selector, within = document) => [...within.querySelectorAll(selector)];
  let done = new Set(), stores = true;

  const load = () => {
    try {
      const found = stores ? JSON.parse(localStorage.getItem(KEY)) : [...done];
      done = new Set(found?.filter?.((id) => typeof id === "string" && /^[a-z0-9-]{1,60}$/.test(id)));
    } catch { /* no storage, or no list in it */ }
  };

  /* Whether the task of `node` waits for one of those that are `open`. */
  const waits = (node, open) => open.some((id) => node.dataset.waits?.split(" ").includes(id));
  const count = (list, done, all, told) => {
    const [bar, status, progress] = find(".progress, .progress [role], progress", list);
    progress.max = all;
    progress.value = done;
    const text = `${done} of ${all} ${told}`;
    if (status.textContent !== text) status.textContent = text; // or it is read aloud again
    bar.hidden = false;
  };

  const copy = (box) => {
    const item = box.closest("li").cloneNode(true);
    for (const part of find("ul, input", item)) part.remove();
    return item;
  };
  const showTasks = (list) => {
    const boxes = find("[data-who]", list).filter((box) => !box.closest("[hidden]"));
    const open = boxes.filter((box) => !box.checked), ids = open.map((box) => box.dataset.task);
    count(list, boxes.length - open.length, boxes.length, list.dataset.tasks);
    const ready = open.filter((box) => !waits(box, ids));
    for (const part of find("[data-next]", list)) {
      // Two of each part of the list at most, so that what is slow begins beside what is long.
      const seen = [];
      const next = ready.filter((box) => {
        const list = box.closest(".tasks > ul");
        return box.dataset.who === part.dataset.next && seen.push(list) && seen.filter((each) => each === list).length < 3;
      }).slice(0, 4);
      part.querySelector("ul")?.replaceChildren(...next.map(copy));
      part.hidden = part.dataset.next === "nobody" ? open.length : !next.length;
    }
  };

  /* The first page: the next step, what else can be done, and how far each card is. */
  const showHome = (home) => {
    const steps = find("[data-step]", home).filter((step) => !step.hidden);
    const open = steps.filter((step) => !done.has(step.dataset.step)), ids = open.map((step) => step.dataset.step);
    const ready = open.filter((step) => !waits(step, ids));
    const theirs = (step) => !step.dataset.when || step.classList.contains("chosen");
    // First what others have just made possible, last what is optional.
    const others = steps.filter((step) => step.dataset.who === "others").map((step) => step.dataset.step);
    const place = (step) => waits(step, others) ? 0 : /\(optional\)/.test(step.textContent) ? 2 : 1;
    const [next, ...also] = ready.filter((step) => step.dataset.who === "you" && theirs(step))
      .sort((one, other) => place(one) - place(other));
    const [button, time] = find(".home-step a, .home-time", home);
    const target = next?.firstElementChild;
    button.textContent = target?.textContent ?? "All is done. You are on board.";
    if (target) button.setAttribute("href", target.getAttribute("href"));
    time.textContent = next?.dataset.time ?? "";
    const list = (name, found) => {
      const part = home.querySelector(name), links = found.slice(0, 3).map((step) => step.firstElementChild.cloneNode(true));
      part.lastElementChild.replaceChildren(...links.flatMap((link, number) => number ? [", ", link] : [link]));
      part.hidden = !links.length;
    };
    list(".home-also", also);
    list(".home-wait", ready.filter((step) => step.dataset.who === "others" && step.dataset.waits));
    count(home, steps.length - open.length, steps.length, "done");
    for (const card of find("[data-of]")) {
      const of = steps.filter((step) => card.dataset.of.split(" ").includes(step.dataset.step));
      const ended = of.filter((step) => done.has(step.dataset.step)).length;
      if (!of.length) continue;
      const state = card.querySelector(".card-state");
      state.dataset.size ??= state.textContent;
      state.textContent = ended === of.length ? "✓ done" : `${ended} of ${of.length} done · ${state.dataset.size}`;
      card.classList.toggle("ended", ended === of.length);
    }
  };

  const fill = (link) => {
    const { prefilled, projects } = link.dataset, around = link.parentElement;
    const [empty, filled, samples] = find(":scope > span, strong", around);
    const blocks = find(`[data-title=${prefilled}], [data-snippet$="/${prefilled}"]`)
      .filter((block) => block.dataset.title || block.dataset.when === around.dataset.when);
    const [title, description] = blocks.map((block) => block.querySelector("code").textContent.trimEnd());
    const [form] = link.href.split("?"), address = `${form}?${new URLSearchParams({ title, description, projects })}`;
    filled.hidden = address.length > LONGEST;
    empty.hidden = !filled.hidden;
    link.href = filled.hidden ? form : address;
    const left = new Set(blocks.flatMap((block) => find(".sample", block)).map((value) => value.textContent));
    for (const hole of description.match(/‹[^›]+›/g) ?? []) left.add(hole);
    samples.hidden = !left.size;
    samples.lastElementChild.textContent = [...left].join(", ");
  };

  const show = () => {
    load();
    for (const box of find("[data-task]")) {
      box.disabled = box.defaultChecked; // what the build has ticked is in a file
      box.checked = box.disabled || done.has(box.dataset.task);
    }
    find("[data-tasks]").forEach(showTasks);
    find("[data-home]").forEach(showHome);
    for (const link of find(".md-nav--primary a.md-nav__link")) {
      const [part, page] = link.pathname.replace(/(index)?(\.html)?\/?$/, "").split("/").slice(-2);
      const ids = guideProfile.pages.match(`(?:^|\n)(?:${part}/${page}|${page}/index) (.*)`)?.[1];
      link.classList.toggle("ended", !!ids && ids.split(" ").every((id) => done.has(id)));
    }
    find("[data-prefilled]").forEach(fill);
  };

  document.addEventListener("change", ({ target }) => {
    const id = target.dataset.task;
    if (!id) return;
    load();
    done[target.checked ? "add" : "delete"](id);
    try {
      localStorage.setItem(KEY, JSON.stringify([...done]));
    } catch {
      stores = false;
    }
    document.dispatchEvent(new Event("guide:changed"));
  });
  document.addEventListener("guide:changed", show);
  addEventListener("storage", show);
  addEventListener("pageshow", show); // also when the browser kept the page
  show();
})();
