// Asks for the panels of one dashboard, and shows the answers.

import { clock, element, format, heatmap, lines, spark, verdict } from "./draw.mjs";

const COLORS = 8;
const POINTS = 240;
const SCRAPE = 30;
const page = Object.fromEntries(
  ["dashboards", "range", "live", "refresh", "theme", "title", "description", "state", "panels"]
    .map((id) => [id, document.getElementById(id)]));

/** Colours by name, so that a service has one colour in all panels. */
const colors = new Map();
let dashboards = [];
let shown = null;
let panels = [];
let asking = new AbortController();

class Panel {
  constructor(model) {
    this.model = model;
    this.hidden = new Set();
    this.time = null;
    this.body = element("div", { class: "body" });
    const about = model.description ? [element("p", { class: "note" }, model.description)] : [];
    const wide = model.draw === "lines" || model.draw === "heatmap";
    const query = element("details", { class: "query" },
      element("summary", { title: "Show the query", "aria-label": `Query of ${model.title}` }, "?"),
      element("pre", {}, model.queries.map((one) => one.expr).join("\n\n")));
    query.addEventListener("keydown", (event) => { if (event.key === "Escape") query.open = false; });
    this.node = element("section", { class: `panel ${wide ? "graph" : ""} ${model.draw}`, "aria-label": model.title },
      element("h2", {}, model.title), ...about, this.body, query);
    this.node.style.setProperty("--columns", model.columns);
  }

  async load(range, signal) {
    this.node.classList.add("loading");
    try {
      const answers = await Promise.all(this.model.queries.map((query) => ask(query, this.model.draw, range, signal)));
      this.show(answers.flat(), range);
      return null;
    } catch (error) {
      if (error.name === "AbortError") return null;
      this.say(error.message, "error");
      return error.message;
    } finally {
      this.node.classList.remove("loading");
    }
  }

  say(text, kind = "") {
    this.body.replaceChildren(element("p", { class: `empty ${kind}` }, text));
  }

  show(series, range) {
    this.series = paint(series);
    this.range = range;
    if (series.length) this.draw();
    else this.say(this.model.draw === "table" ? "Nothing now" : "No series has values in this time");
  }

  /** Draw anew; who looks at a time, or has gone somewhere by keyboard, stays there. */
  draw() {
    if (!this.series?.length) return;
    const places = () => [...this.body.querySelectorAll("svg, button")];
    const [time, place] = [this.time, places().indexOf(document.activeElement)];
    ({ stat: drawStat, lines: drawLines, bars: drawBars, table: drawTable, heatmap: drawHeatmap })[this.model.draw](this);
    places()[place]?.focus();
    if (time !== null) this.point(time);
  }
}

async function ask(query, draw, range, signal) {
  const window = Math.max(4 * SCRAPE, range.step + SCRAPE);
  const expr = query.expr.replaceAll("$__rate_interval", `${window}s`);
  const instant = draw === "bars" || draw === "table";
  const asked = instant
    ? new URLSearchParams({ query: expr, time: range.end })
    : new URLSearchParams({ query: expr, start: range.start, end: range.end, step: range.step });
  const answer = await fetch(`/api/v1/${instant ? "query" : "query_range"}?${asked}`, { signal });
  const { error, data } = await answer.json();
  if (error) throw new Error(error);
  const number = ([time, value]) => [time, Number(value)];
  return data.result.map((one) => ({
    labels: one.metric,
    name: query.legend.replace(/{{(\w+)}}/g, (_, label) => one.metric[label] ?? "").trim(),
    values: instant ? [number(one.value)] : one.values.map(number),
  }));
}

function paint(series) {
  const taken = new Set();
  return series.map((one) => {
    if (!colors.has(one.name)) colors.set(one.name, colors.size % COLORS);
    let number = colors.get(one.name);
    for (let tries = 0; tries < COLORS && taken.has(number); tries += 1) number = (number + 1) % COLORS;
    const dashed = taken.has(number);
    taken.add(number);
    return { ...one, color: `var(--s${number})`, dashed };
  });
}

const last = (one) => one.values.at(-1)?.[1] ?? null;

/** The value of a series at a time, if it has one within a step. */
function at(one, time, step) {
  const found = one.values.find(([when]) => Math.abs(when - time) <= step / 2);
  return found ? found[1] : null;
}

function drawStat({ model, series, body, range }) {
  const value = last(series[0]);
  const judged = verdict(model.levels, value);
  const word = { ok: "", warning: "warning", critical: "critical" }[judged] ?? "";
  const width = Math.max(80, body.clientWidth);
  body.replaceChildren(
    element("div", {},
      element("span", { class: `figure ${judged ?? ""}` }, format(model.unit, value)),
      element("span", { class: `verdict ${judged ?? ""}` }, word)),
    element("div", { class: "spark" }, spark({ ...series[0], color: "var(--s0)" }, { width, height: 26, range })));
}

function drawLines(panel) {
  const { model, body, range, hidden } = panel;
  const seen = panel.series.filter((one) => !hidden.has(one.name));
  const chart = element("div", { class: "chart" });
  body.replaceChildren(chart, legend(panel));
  const drawn = lines(seen, {
    width: Math.max(200, body.clientWidth), height: 190, range, unit: model.unit, levels: model.levels, highest: model.highest,
  });
  const spoken = seen.map((one) => `${one.name || model.title} ${format(model.unit, last(one))}`).join(", ");
  probe(panel, chart, drawn, `${model.title}: ${spoken}`, (time) => seen
    .map((one) => ({ ...one, value: at(one, time, range.step) }))
    .filter((one) => one.value !== null && !Number.isNaN(one.value))
    .sort((one, other) => other.value - one.value)
    .map((one) => row(one.color, one.name || model.title, format(model.unit, one.value))));
}

function row(color, name, value) {
  const swatch = element("span", { class: "swatch" });
  swatch.style.setProperty("background", color);
  return element("li", {}, swatch, element("span", {}, name), element("b", {}, value));
}

function legend(panel) {
  const { model, series, hidden } = panel;
  if (series.length === 1 && !series[0].name) return "";
  return element("div", { class: "legend" }, ...series.map((one) => {
    const swatch = element("span", { class: "swatch" });
    swatch.style.setProperty("background", one.color);
    const button = element("button", { type: "button", "aria-pressed": String(!hidden.has(one.name)), title: "Show or hide" },
      swatch, one.name, element("b", {}, format(model.unit, last(one))));
    button.addEventListener("click", () => {
      if (!hidden.delete(one.name)) hidden.add(one.name);
      panel.draw();
    });
    return button;
  }));
}

/** Let pointer and arrow keys ask for the values of a time; all charts show where that is. */
function probe(panel, chart, { drawing, frame }, label, rows) {
  const { range } = panel;
  const cross = element("line", { class: "cross", y1: 8, y2: frame.height - 20, visibility: "hidden" });
  const tip = element("div", { class: "tip", hidden: "", "aria-live": "polite" });
  drawing.append(cross);
  drawing.setAttribute("tabindex", "0");
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", `${label}. Arrow keys show the values of a time.`);
  chart.replaceChildren(drawing, tip);
  chart.cross = (time) => {
    cross.setAttribute("visibility", time === null ? "hidden" : "visible");
    if (time !== null) for (const end of ["x1", "x2"]) cross.setAttribute(end, frame.x(time));
  };
  panel.point = (wanted) => {
    const steps = Math.round((wanted - range.start) / range.step);
    const time = Math.min(range.end, Math.max(range.start, range.start + steps * range.step));
    panel.time = time;
    document.querySelectorAll(".chart").forEach((one) => one.cross?.(time));
    tip.replaceChildren(
      element("time", {}, `${range.end - range.start > 86400 ? `${clock(time, Infinity)} ` : ""}${clock(time, 0)}`),
      element("ul", {}, ...rows(time)));
    tip.hidden = false;
    const right = frame.x(time) > frame.width / 2;
    tip.style.setProperty("left", right ? "auto" : `${frame.x(time) + 12}px`);
    tip.style.setProperty("right", right ? `${frame.width - frame.x(time) + 12}px` : "auto");
  };
  const leave = () => {
    tip.hidden = true;
    panel.time = null;
    document.querySelectorAll(".chart").forEach((one) => one.cross?.(null));
  };
  drawing.addEventListener("pointermove", (event) => {
    const box = drawing.getBoundingClientRect();
    panel.point(frame.time(((event.clientX - box.left) / box.width) * frame.width));
  });
  drawing.addEventListener("pointerleave", leave);
  drawing.addEventListener("blur", leave);
  drawing.addEventListener("keydown", (event) => {
    const far = event.shiftKey ? 10 : 1;
    const by = { ArrowLeft: -far, ArrowRight: far }[event.key];
    if (by) panel.point((panel.time ?? range.end) + by * range.step);
    else if (event.key === "Home") panel.point(range.start);
    else if (event.key === "End") panel.point(range.end);
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
  });
}

function drawBars({ model, series, body }) {
  const most = model.highest ?? Math.max(...series.map(last), 1e-9);
  body.replaceChildren(element("dl", { class: "bars" }, ...series.flatMap((one) => {
    const value = last(one);
    const fill = element("i", { class: verdict(model.levels, value) ?? "" });
    fill.style.setProperty("width", `${Math.min(100, Math.max(0, (value / most) * 100))}%`);
    return [
      element("dt", { title: one.name }, one.name),
      element("dd", { class: "track", "aria-hidden": "true" }, fill),
      element("dd", { class: "value" }, format(model.unit, value)),
    ];
  })));
}

function drawTable({ model, series, body }) {
  body.replaceChildren(element("div", { class: "rows" }, element("table", {}, ...series
    .toSorted((one, other) => one.name.localeCompare(other.name))
    .map((one) => element("tr", {}, element("td", {}, one.name), element("td", {}, format(model.unit, last(one))))))));
}

function drawHeatmap(panel) {
  const { model, series, body, range } = panel;
  const chart = element("div", { class: "chart" });
  body.replaceChildren(chart);
  const drawn = heatmap(series, {
    width: Math.max(200, body.clientWidth), height: 190, range, unit: model.unit,
  });
  const bound = (value) => (value === Infinity ? "more" : format(model.unit, value));
  probe(panel, chart, drawn, model.title, (time) => drawn.rows
    .map((one) => ({ ...one, value: at(one, time, range.step) }))
    .filter((one) => one.value >= 0.5)
    .toReversed()
    .map((one) => row("var(--heat)", `${bound(one.above)} to ${bound(one.bound)}`, format("short", Math.round(one.value)))));
}

function rangeNow() {
  const seconds = Number(page.range.value);
  const step = Math.max(15, Math.ceil(seconds / POINTS / 15) * 15);
  const end = Math.floor(Date.now() / 1000 / 15) * 15;
  return { start: end - seconds, end, step };
}

async function refresh() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const range = rangeNow();
  const errors = (await Promise.all(panels.map((panel) => panel.load(range, signal)))).filter(Boolean);
  if (signal.aborted) return;
  page.state.className = errors.length ? "error" : "";
  page.state.textContent = errors.length
    ? `${errors.length} of ${panels.length} panels could not be asked for`
    : `${panels.length} panels, ${new Date().toLocaleTimeString("en-GB")}`;
}

function open() {
  const [uid, seconds] = location.hash.slice(1).split("/");
  if ([...page.range.options].some((option) => option.value === seconds)) page.range.value = seconds;
  const wanted = dashboards.find((one) => one.uid === uid) ?? dashboards[0];
  if (wanted !== shown) {
    shown = wanted;
    document.title = wanted.title;
    page.title.textContent = wanted.title;
    page.description.textContent = wanted.description;
    panels = wanted.panels.map((model) => new Panel(model));
    page.panels.replaceChildren(...panels.map((panel) => panel.node));
    for (const link of page.dashboards.children) {
      if (link.dataset.uid === wanted.uid) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
  refresh();
}

function go(uid) { location.hash = `${uid}/${page.range.value}`; }

const root = document.documentElement.dataset;

/** From what the system wants, or was chosen before, to the other. */
function changeTheme() {
  const now = root.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.theme = now === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.theme);
}

async function start() {
  const chosen = localStorage.getItem("theme");
  if (chosen) root.theme = chosen;
  page.range.value = "3600";
  dashboards = await (await fetch("dashboards.json")).json();
  page.dashboards.replaceChildren(...dashboards.map((one) => {
    const name = one.title.replace(/^[^:]*: /, "");
    const link = element("a", { href: `#${one.uid}` }, name[0].toUpperCase() + name.slice(1));
    link.dataset.uid = one.uid;
    link.addEventListener("click", (event) => { event.preventDefault(); go(one.uid); });
    return link;
  }));
  page.range.addEventListener("change", () => go(shown.uid));
  page.refresh.addEventListener("click", refresh);
  page.theme.addEventListener("click", changeTheme);
  addEventListener("hashchange", open);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    panels.forEach((panel) => panel.draw());
  });
  setInterval(() => { if (page.live.checked && !document.hidden) refresh(); }, SCRAPE * 1000);
  open();
}

start();
