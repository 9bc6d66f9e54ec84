/* The reader's details as a file, profile.yml: saved, and loaded. Details are kept by details.js. */
"use strict";
(() => {
  const { fields, values, refusal, clash, stored, store, keep, say, save, find, complain } = guideDetails;
  const DONE = "guide-done";

  const written = () => {
    const lines = Object.keys(fields).filter((name) => name in values())
      .map((name) => `${name}: ${JSON.stringify(values()[name])}\n`);
    const done = stored(DONE, []).filter((id) => typeof id === "string" && /^[a-z0-9-]{1,60}$/.test(id));
    return lines.join("") + (done.length ? "done:\n  - " + done.join("\n  - ") + "\n" : "") || "# No details yet.\n";
  };

  /* Take over the profile.yml in `text`, all of it or nothing; return what to tell. */
  const imported = (file, text) => {
    const found = {}, done = [];
    let list = false;
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      const wrong = (why) => `${file}, line ${index + 1}: ${why} Nothing was taken over.`;
      if (/^\s*(#.*)?$/.test(line) || line === "---") continue;
      const id = list && /^ *- +["']?([a-z0-9-]+)["']? *(?:#.*)?$/.exec(line);
      if (id) { done.push(id[1]); continue; }
      const pair = /^([a-z_]+): *(.*?) *$/.exec(line);
      if (!pair) return wrong("a profile has lines such as shell_name: \"jdoe\".");
      const [, name, given] = pair;
      list = name === "done";
      if (list) {
        if (!/^(\[[a-z0-9, -]*\])?$/.test(given)) return wrong("done lists ids of tasks.");
        done.push(...(given.match(/[a-z0-9-]+/g) ?? []));
        continue;
      }
      const value = scalar(given)?.normalize("NFC");
      if (Object.hasOwn(found, name)) return wrong(`${name} stands twice.`);
      const why = refusal(name, value);
      if (why) return wrong(`${name}: ${why}`);
      found[name] = value;
    }
    if (clash(found)) return `${file}: ${clash(found)} Nothing was taken over.`;
    for (const control of find("form.details [aria-invalid]")) complain(control, "");
    store(DONE, done);
    keep(found);
    return `${file}: ${Object.keys(found).length} details taken over.`;
  };
  /* The text of a YAML scalar: in quotes, or one plain word that YAML takes for nothing else. */
  const scalar = (source) => {
    const [, quoted, plain] = /^(?:(["'])([^"'\\]*)\1|([a-z][\w-]+)) *(?:#.*)?$/.exec(source)?.slice(1) ?? [];
    return quoted ?? (/^(?:null|true|false|yes|no|on|off)$/.test(plain) ? undefined : plain);
  };

  document.querySelector("[data-export]").addEventListener("click", () => {
    save("profile.yml", written());
    say("Saved as profile.yml, among your downloads.");
  });
  const chosen = document.querySelector("[data-import]");
  const load = async () => {
    const [file] = chosen.files;
    if (file) say(file.size > 100000 ? `${file.name} is too large for a profile.` : imported(file.name, await file.text()));
    chosen.value = "";
  };
  chosen.addEventListener("change", load);
  load(); // what was chosen before this script was there
})();
