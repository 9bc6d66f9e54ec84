/* The search takes words. Left to itself, Material's reads a colon, a dash or a tilde as an operator,
   and "a" as every word that begins with one: a pasted message finds anything, or nothing. */
"use strict";
{
  const small = new Set(("a an and any are as at be but by can did do for from get got had has have how i if in into is it its " +
    "like me most must my no not of off on only or our own so some than that the then they this to was we what when where " +
    "who why will with you your").split(" "));
  const words = (query) => {
    const all = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];
    const telling = all.filter((word) => word[1] && !small.has(word));
    // The word itself counts for more than a longer one that it begins.
    return [...new Set(telling.length ? telling : all)].map((word) => `${word}^3 ${word}`).join(" ");
  };

  // Material looks at what was typed when a key is let go: what is pasted or dictated has none.
  addEventListener("input", ({ target }) => target.matches(".md-search__input") && target.dispatchEvent(new Event("keyup")));

  // Its index and its worker weigh as much as all else: they come when the search is opened.
  const opened = new Promise((open) => addEventListener("change", ({ target }) => target.id === "__search" && open()));
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, address, ...rest) {
    open.call(this, method, address, ...rest);
    if (address.endsWith("/search_index.json")) this.send = () => opened.then(() => send.call(this));
  };
  const Thread = Worker;
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      this.thread = opened.then(() => {
        const thread = new Thread(address);
        thread.addEventListener("message", ({ data }) => this.dispatchEvent(new MessageEvent("message", { data })));
        return thread;
      });
    }
    postMessage(message) {
      // Material's messages: 2 is a query, the others set the search up.
      const sent = message.type === 2 ? { ...message, data: words(message.data) } : message;
      this.thread.then((thread) => thread.postMessage(sent));
    }
  };
}
