// As much of a browser's document as the page uses, for tests without a browser.

class Style {
  #values = new Map();
  setProperty(name, value) { this.#values.set(name, String(value)); }
  get text() { return [...this.#values].map(([name, value]) => `${name}:${value}`).join(";"); }
}

export class Node {
  constructor(name) {
    this.name = name;
    this.attributes = new Map();
    this.childNodes = [];
    this.listeners = new Map();
    this.style = new Style();
    this.dataset = {};
    this.value = "";
    this.checked = false;
    this.clientWidth = 420;
    this.classList = {
      add: (one) => { this.className = [...new Set([...this.classes, one])].join(" "); },
      remove: (one) => { this.className = this.classes.filter((other) => other !== one).join(" "); },
    };
  }

  get classes() { return this.className.split(" ").filter(Boolean); }
  get className() { return this.attributes.get("class") ?? ""; }
  set className(text) { this.attributes.set("class", text); }
  get children() { return this.childNodes.filter((child) => child instanceof Node); }
  get hidden() { return this.attributes.has("hidden"); }
  set hidden(whether) { if (whether) this.attributes.set("hidden", ""); else this.attributes.delete("hidden"); }
  get options() { return this.children; }
  get textContent() { return this.childNodes.map((child) => child.textContent ?? child).join(""); }
  set textContent(text) { this.childNodes = [String(text)]; }
  setAttribute(name, value) { this.attributes.set(name, String(value)); }
  removeAttribute(name) { this.attributes.delete(name); }
  getAttribute(name) { return this.attributes.get(name) ?? null; }
  append(...children) { this.childNodes.push(...children.filter((child) => child !== "")); }
  replaceChildren(...children) { this.childNodes = []; this.append(...children); }
  addEventListener(kind, listener) { this.listeners.set(kind, listener); }
  dispatch(kind, event = {}) { this.listeners.get(kind)?.({ preventDefault() {}, ...event }); }
  getBoundingClientRect() { return { left: 0, top: 0, width: this.clientWidth, height: 190 }; }
  focus() { document.activeElement = this; }

  *all() {
    for (const child of this.children) { yield child; yield* child.all(); }
  }

  // Selectors of the page: `.class`, `tag`, `.class tag`, `tag, tag`.
  querySelectorAll(selector) {
    if (selector.includes(", ")) return selector.split(", ").flatMap((one) => this.querySelectorAll(one));
    const [first, second] = selector.split(" ");
    const found = [...this.all()].filter((one) => one.is(first));
    return second ? found.flatMap((one) => one.querySelectorAll(second)) : found;
  }

  is(selector) {
    return selector.startsWith(".") ? this.classes.includes(selector.slice(1)) : this.name === selector;
  }

  get outer() {
    const attributes = [...this.attributes, ["style", this.style.text]]
      .filter(([name, value]) => name !== "style" || value)
      .map(([name, value]) => ` ${name}="${value.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`);
    const inside = this.childNodes.map((child) => child.outer ?? String(child).replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
    return `<${this.name}${attributes.join("")}>${inside.join("")}</${this.name}>`;
  }
}

/** Put a document, a window and a fetch of one's own where the page looks for them. */
export function install({ html, fetch, dark = false }) {
  const root = new Node("html");
  const ids = new Map();
  for (const [, name, id] of html.matchAll(/<(\w+)[^>]*\bid="(\w+)"/g)) {
    const node = new Node(name);
    ids.set(id, node);
    root.append(node);
  }
  ids.get("range").append(...[...html.matchAll(/<option value="(\d+)"/g)].map(([, value]) => {
    const option = new Node("option");
    option.value = value;
    return option;
  }));
  const events = new Map();
  const location = {
    text: "",
    get hash() { return this.text; },
    set hash(text) { this.text = `#${text}`; events.get("hashchange")?.(); },
  };
  const stored = new Map();
  Object.assign(globalThis, {
    document: {
      documentElement: root,
      hidden: false,
      activeElement: null,
      createElement: (name) => new Node(name),
      createElementNS: (_, name) => new Node(name),
      getElementById: (id) => ids.get(id) ?? null,
      querySelectorAll: (selector) => root.querySelectorAll(selector),
    },
    location,
    localStorage: { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value) },
    matchMedia: () => ({ matches: dark }),
    addEventListener: (kind, listener) => events.set(kind, listener),
    innerWidth: 1400,
    setInterval: () => 0,
    fetch,
  });
  return { ids, location, root };
}
