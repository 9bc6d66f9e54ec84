/* The reader's details: kept in this browser, filled in where a page prints a sample.
   A page is built for nobody: every printed value is a span, and what depends on a choice carries
   its conditions. Values are put in place, tables looked up; only months are counted here. */
"use strict";
(() => {
  const PROFILE = "guide-profile", DONE = "guide-done", LONG = 60; // lines of a script that is folded
  const { fields, derived, months, apart, private: PRIVATE } = guideProfile;
  const patterns = {};
  for (const [name, field] of Object.entries(fields))
    if (field.pattern) patterns[name] = new RegExp(`^(?:${field.pattern})$`, "u");

  const find = (selector, within = document) => [...within.querySelectorAll(selector)];
  let memory; // what a browser that stores nothing is told

  /* What is stored, as an object or a list; nothing where there is none, or no storage. */
  const stored = (key, empty) => {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      return Array.isArray(found) === Array.isArray(empty) && found && typeof found === "object" ? found : empty;
    } catch {
      return empty;
    }
  };
  const store = (key, value) => {
    try {
      if (Object.keys(value).length) localStorage.setItem(key, JSON.stringify(value));
      else localStorage.removeItem(key);
      return true;
    } catch {
      return false;
    }
  };

  const field = (name) => find("form.details [name]").find((control) => control.name === name);
  const around = (control) => control.closest("div");
  /* Why `value` is refused for `name`; nothing where it is not. */
  const refusal = (name, value) => {
    const declared = Object.hasOwn(fields, name) && fields[name];
    if (!declared) return "no value of the guide has this name.";
    if (typeof value !== "string") return "write it in quotes.";
    if (value.includes(PRIVATE))
      return "this looks like a private key, which must never leave ~/.ssh. It was not kept.";
    return (declared.choices ? declared.choices.includes(value) : patterns[name].test(value)) ? ""
      : "this is not accepted" + (allowed(name) ? `. Allowed: ${allowed(name)} E` : "; e") + `xample: ${declared.sample}.`;
  };
  const allowed = (name) => field(name) && around(field(name)).querySelector(".expected")?.textContent;

  /* What people type in place of a value, and what they mean: tried one after the other. */
  const MENDS = [
    ["is a path", (text, name) => name.endsWith("_key") ? text.replace(/^.*[/\\]/, "") : text],
    ["is the name of a public key", (text, name) => name.endsWith("_key") ? text.replace(/\.pub$/i, "") : text],
    ["begins with @", (text) => text.replace(/^@+/, "")],
    ["has a straight apostrophe", (text) => text.replace(/'/g, "’")],
    ["has more than one space in a row", (text) => text.replace(/ {2,}/g, " ")],
    ["has spaces", (text, name) => name.endsWith("_name") ? text : text.replace(/ /g, "")],
    ["has spaces", (text, name) => /^(shell|github)/.test(name) ? text.replace(/ /g, "-") : text],
    ["has capital letters", (text, name) => name === "shell_name" ? text.toLowerCase() : text],
    ["isn’t written as year and month", (text, name) =>
      name === "month" ? text.replace(/^(\d{4})\D?0?(\d{1,2})$/, (_, year, month) => `${year}-${month.padStart(2, 0)}`) : text],
  ];
  /* What is wrong with `typed` for `name`, in words, and the value that it may mean, if there is one. */
  const explained = (name, typed) => {
    const quoted = `“${typed.length > 40 ? typed.slice(0, 40) + "…" : typed}”`, told = [];
    let meant = typed;
    for (const [what, mend] of MENDS) {
      const better = mend(meant, name);
      if (better === meant) continue;
      meant = better;
      told.push(what);
      if (!refusal(name, meant)) return [`${quoted} ${told.join(" and ")}.`, meant];
    }
    const { sample } = fields[name], [first, ...rest] = sample;
    const bad = name !== "month" && [...typed].find((letter) =>
      !sample.includes(letter) && !/\d/.test(letter) && refusal(name, first + letter + rest.join("")));
    const why = !bad ? "" : ` It has ${bad.trim() && !/[\p{C}\p{M}]/u.test(bad) ? `“${bad}”` : "a character"}, which isn’t allowed.`;
    return [`${quoted} is not accepted.${why} Allowed: ${allowed(name)} Example: ${sample}.`];
  };
  /* Why `all` values cannot stand beside each other; nothing where they can. */
  const clash = (all) => {
    const [production, ...others] = apart.map((name) => (all[name] ?? fields[name].sample).toLowerCase());
    return others.includes(production) ? "production needs a key of its own, none of your other keys." : "";
  };

  const load = () => {
    const found = memory ?? stored(PROFILE, {}), kept = {};
    for (const name in fields)
      if (Object.hasOwn(found, name) && !refusal(name, found[name])) kept[name] = found[name];
    if (clash(kept)) for (const name of apart) delete kept[name];
    return kept;
  };
  let values = load();
  let gone; // the values and ticks that were forgotten last, until there are new ones or the page is left

  /* So much later than `from`, with the letters of `form` as macros/profile.py has them. Of a month,
     the day is set to the first: not every month has a 31st. */
  const later = (from, months, days, form) => {
    const [y, m, d] = from.split("-");
    const [year, month, day] = new Date(Date.UTC(y, m - 1 + months, days ? +d + days : 1)).toISOString().split(/[-T]/);
    return form.replace("Y", year).replace("M", month).replace("N", +month).replace("D", day);
  };
  /* The last month whose data is there: snapshots take a week, requests are deleted after 90 days. */
  const recent = new Date(Date.now() - 40 * 864e5).toISOString();
  /* The reader's own value of `name`; nothing as long as it is a sample. */
  const own = (name) => name in months ? dated(name, { month: recent, ...values })
    : derived[name] ? derived[name].table[values[derived[name].choice]] : values[name];
  const dated = (name, all) => {
    const [of, ...how] = months[name];
    return all[of] && later(all[of], ...how);
  };
  const sample = (name) => fields[name]?.sample ?? (name in months ? dated(name, { filed: fields.filed.sample })
    : derived[name].table[fields[derived[name].choice].sample]);

  // -- the page ----------------------------------------------------------------------------------

  for (const [page, when] of Object.entries(guideProfile.only))
    for (const link of find(".md-nav--primary a.md-nav__link:not(.md-nav__link--active)"))
      if (link.pathname.match(`/${page}(/|\\.html)?$`)) link.parentElement.dataset.when = when;
  const slots = find(".value.sample").filter((span) => span.dataset.value);
  const encoded = (text) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

  /* Whether the conditions of what is for some readers hold, each; nothing where that is not known. */
  const met = (when) => when.split(" ").map((each) => {
    const [name, value] = each.split("=");
    const made = values[name] ?? (fields[name].assumed && fields[name].sample);
    return made && value.split(",").includes(made);
  });
  const shown = (name) => own(name) ?? sample(name);

  const show = () => {
    for (const span of slots) {
      const name = span.dataset.value, value = own(name), text = shown(name);
      if (span.textContent !== text) span.textContent = text;
      span.classList.toggle("own", value !== undefined);
      span.classList.toggle("sample", value === undefined);
    }
    for (const link of find("[data-value-href]"))
      link.setAttribute("href", link.dataset.valueHref.replace(/\{(\w+)\}/g, (_, name) => encoded(shown(name))));
    for (const part of find("[data-when]")) {
      const made = met(part.dataset.when);
      part.hidden = made.includes(false);
      part.classList.toggle("chosen", made.every(Boolean));
    }
    // Sections that are for others alone have no heading, either.
    for (const link of find(".md-nav--secondary a"))
      link.parentElement.hidden = document.getElementById(link.hash.slice(1))?.checkVisibility?.() === false;
    const some = Object.keys(values).length > 0;
    for (const state of find("[data-details-state]"))
      state.textContent = gone ? "forgotten, with all ticks" : some ? state.dataset.detailsState : state.dataset.without;
    for (const button of find("[data-forget]")) {
      button.textContent = gone ? "Undo" : "Forget my details";
      button.hidden = !gone && !some && !stored(DONE, []).length && !form?.contains(button);
    }
    for (const part of find("[data-switch]")) {
      part.hidden = false;
      for (const choice of find("input", part)) choice.checked = values[part.dataset.switch] === choice.value;
    }
  };

  const changed = () => {
    values = load();
    if (Object.keys(values).length) gone = undefined;
    fillForm();
    document.dispatchEvent(new Event("guide:changed"));
  };
  document.addEventListener("guide:changed", () => show());
  const keep = (kept) => {
    memory = store(PROFILE, kept) ? undefined : kept;
    // A store of this page alone stands in where there is none.
    if (memory || !(localStorage instanceof Storage))
      say("This browser stores nothing: your details last as long as this page. Save them as profile.yml.");
    changed();
  };

  // -- the form ----------------------------------------------------------------------------------

  const form = document.querySelector("form.details:not(.ask)");
  const say = (text) => { for (const part of find("[data-status]")) part.textContent = text; };
  /* Say `text` below `control`, with a button for the value that was `meant`. */
  const complain = (control, text, meant) => {
    const error = around(control).querySelector(".details-error");
    error.textContent = text;
    if (meant) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `Use ${meant}`;
      button.addEventListener("click", () => {
        control.value = meant;
        take(control, true);
        control.focus();
      });
      error.append(" ", button);
    }
    if (text) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };
  const fillForm = () => {
    for (const control of find("form.details [name]"))
      if (control.getAttribute("aria-invalid") !== "true" && control !== document.activeElement)
        control.value = values[control.name] ?? "";
  };
  const before = {}; // the values that fields had before they were typed in
  /* Take what stands in `control`: a good value at once. A bad one is explained when it is `left`, and
     what was there before comes back, not what was good on the way to it. */
  const take = (control, left) => {
    const { name } = control, { [name]: now, ...rest } = values;
    const value = control.value.trim().normalize("NFC"), secret = value.includes(PRIVATE);
    const wrong = value && refusal(name, value), clashing = !wrong && value && clash({ ...rest, [name]: value });
    if (!(name in before)) before[name] = now;
    if (secret) control.value = "";
    if ((wrong || clashing) && !left && !secret) return;
    const kept = wrong || clashing ? before[name] : value;
    const [why, meant] = wrong && !secret && !fields[name].choices ? explained(name, value) : [wrong || clashing];
    complain(control, why && why[0].toUpperCase() + why.slice(1) + (kept ? ` The guide keeps ${kept}.` : ""), meant);
    if (left) delete before[name];
    keep(kept ? { ...rest, [name]: kept } : rest);
  };
  for (const each of find("form.details")) {
    each.hidden = !!document.querySelector(".part"); // the guide as a whole is to be read
    each.addEventListener("submit", (event) => event.preventDefault());
    for (const [kind, left] of [["input", false], ["change", true]])
      each.addEventListener(kind, (event) => event.target.name && take(event.target, left));
  }
  for (const part of find("[data-switch]"))
    part.addEventListener("change", ({ target }) => keep({ ...values, [part.dataset.switch]: target.value }));
  for (const button of find("[data-forget]"))
    button.addEventListener("click", () => {
      const [back, ticks] = gone ?? [{}, []], now = stored(DONE, []);
      store(DONE, gone ? [...ticks, ...now] : []);
      gone = gone ? undefined : [values, now];
      for (const control of find("form.details [aria-invalid]")) complain(control, "");
      document.activeElement.blur?.();
      keep(back);
      button.focus();
      say(gone ? "Forgotten. Nothing of you is kept in this browser." : "All is there again.");
    });

  // -- files -------------------------------------------------------------------------------------

  const save = (name, text) => {
    const link = document.createElement("a");
    // Not text/plain: a browser would add .txt to a name such as config.
    link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  /* A button in the row above a block. */
  const button = (block, text, name, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", name);
    made.addEventListener("click", () => act(made));
    const code = block.querySelector("pre > code");
    if (!code.previousElementSibling?.matches(".block-buttons"))
      code.before(Object.assign(document.createElement("span"), { className: "block-buttons" }));
    code.previousElementSibling.append(made);
  };
  for (const block of find(".highlight:has(> .place)")) {
    const code = block.querySelector("pre > code"), file = block.querySelector(".filename");
    const path = file?.textContent.replace(/ \(.*/, "") ?? "", lines = code.textContent.split("\n").length - 1;
    // Browsers save no name with a leading dot.
    if (path.startsWith("~/"))
      button(block, "Download", `Download ${path}`, () => save(path.split("/").at(-1).replace(/^\./, ""), code.textContent));
    if (lines <= LONG) continue;
    block.classList.add("long");
    code.parentElement.tabIndex = 0;
    button(block, `Show all ${lines} lines`, `Show all ${lines} lines of ${path}`, (made) => {
      made.textContent = block.classList.toggle("long") ? `Show all ${lines} lines` : "Show less";
    });
  }

  /* The text of the page's twin at `address`: what macros/twins.py left open is filled in. */
  const twin = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw answer;
    const fields = {
      "": shown,
      "%": (name) => encoded(shown(name)),
      "/": (path) => new URL(path, answer.url),
      "?": (when, text) => met(when).includes(false) ? "" : text,
      "!": (when, text) => met(when).every(Boolean) ? "" : text,
    };
    let text = await answer.text(), before;
    do {
      before = text;
      text = text.replace(/\x02([%/?!]?)([^\x02\x03]*)\x03/g, (_, kind, body) => fields[kind](...body.split("\x04")));
    } while (text !== before);
    return text.trim() + "\n";
  };
  for (const copy of find("[data-twin]")) {
    copy.hidden = !navigator.clipboard;
    copy.addEventListener("click", async () => {
      const name = copy.textContent;
      try {
        // Not awaited before: Safari forgets that there was a click.
        await navigator.clipboard.write([new ClipboardItem({ "text/plain": twin(`${document.querySelector(".twin").href}.in`) })]);
        copy.textContent = "Copied";
      } catch {
        copy.textContent = "Not copied";
      }
      setTimeout(() => { copy.textContent = name; }, 2000);
    });
  }

  addEventListener("storage", ({ key }) => { if (key === PROFILE || key === DONE || key === null) changed(); });
  addEventListener("pageshow", ({ persisted }) => persisted && changed()); // a page that the browser kept heard nothing
  if (form) {
    // To save details and to load them is a script of its own, of the form's page alone.
    window.guideDetails = { fields, values: () => values, refusal, clash, stored, store, keep, say, save, find, complain };
    document.head.append(Object.assign(document.createElement("script"), { src: new URL("profile.js", document.currentScript.src) }));
  }
  show();
  fillForm();
})();
