// Figures and shapes. Nothing here asks Prometheus, and nothing here knows a dashboard.

const SHAPES = new Set(["svg", "g", "path", "line", "rect", "text"]);

/** Make an element; what a series is called only ever becomes text. */
export function element(name, attributes = {}, ...children) {
  const node = SHAPES.has(name)
    ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

function digits(value, most = 2) {
  const size = Math.abs(value);
  const decimals = Number.isInteger(value) ? 0 : size >= 100 ? 0 : size >= 10 ? Math.min(1, most) : most;
  return value.toLocaleString("en-US", { maximumFractionDigits: decimals });
}

function scaled(value, units, base) {
  let step = 0;
  while (Math.abs(value) >= base && step < units.length - 1) { value /= base; step += 1; }
  return `${digits(value)}${units[step]}`;
}

function duration(seconds) {
  const size = Math.abs(seconds);
  if (size > 0 && size < 1) return `${digits(seconds * 1000, 1)} ms`;
  if (size < 60) return `${digits(seconds)} s`;
  if (size < 7200) return `${digits(seconds / 60, 1)} min`;
  if (size < 172800) return `${digits(seconds / 3600, 1)} h`;
  return `${digits(seconds / 86400, 1)} d`;
}

function dollars(value) {
  const small = Math.abs(value) < 0.1 ? 4 : 2;
  const decimals = Math.abs(value) >= 1000 ? 0 : small;
  return `$${value.toLocaleString("en-US", { minimumFractionDigits: Math.abs(value) < 1000 && !Number.isInteger(value) ? 2 : 0, maximumFractionDigits: decimals })}`;
}

/** Write a value in a unit of Grafana's. */
export function format(unit, value) {
  if (value === null || Number.isNaN(value)) return "–";
  switch (unit) {
    case "currencyUSD": return dollars(value);
    case "percent": return `${digits(value, 1)} %`;
    case "percentunit": return `${digits(value * 100, 1)} %`;
    case "s": return duration(value);
    case "h": return `${digits(value, 1)} h`;
    case "bytes": return scaled(value, BINARY.map((name) => ` ${name}`), 1024);
    case "mbytes": return format("bytes", value * 1048576);
    case "celsius": return `${digits(value, 1)} °C`;
    case "bool_yes_no": return value ? "yes" : "no";
    case "watt": return `${digits(value, 0)} W`;
    case "reqps": return `${digits(value)} /s`;
    default: return Math.abs(value) < 10000 ? digits(value) : scaled(value, ["", "k", "M", "G"], 1000);
  }
}

/** What round figures of a unit are multiples of. */
function roundTo(unit, highest) {
  if (unit === "bytes") return 1024 ** Math.max(0, Math.floor(Math.log(highest) / Math.log(1024)));
  if (unit === "mbytes") return highest >= 1024 ? 1024 : 1;
  if (unit === "s" && highest >= 60) return highest >= 7200 ? 3600 : 60;
  return 1;
}

/** Return some four round figures from the lowest to the highest. */
export function ticks(lowest, highest, unit) {
  const base = roundTo(unit, Math.max(Math.abs(lowest), Math.abs(highest)));
  const rough = (highest - lowest) / base / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * power >= rough) * power * base;
  const first = Math.ceil(lowest / step - 1e-9);
  const count = Math.floor(highest / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

const STEPS = [60, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];

/** Return round times of the reader's clock between two times, at most as many as fit. */
export function timeTicks(start, end, most) {
  const step = STEPS.find((one) => (end - start) / one <= most) ?? 172800;
  const zone = new Date(start * 1000).getTimezoneOffset() * 60;
  const first = Math.ceil((start - zone) / step) * step + zone;
  const times = [];
  for (let time = first; time <= end; time += step) times.push(time);
  return times;
}

/** Write a time as briefly as the range allows. */
export function clock(time, range) {
  const date = new Date(time * 1000);
  const day = { month: "short", day: "numeric" };
  const minute = { hour: "2-digit", minute: "2-digit", hour12: false };
  return date.toLocaleString("en-GB", range > 2 * 86400 ? day : minute);
}

/** Say whether a value is "ok", "warning" or "critical"; a scale may fall, as uptime does. */
export function verdict(levels, value) {
  if (!levels || value === null) return null;
  const falls = levels.critical < levels.warning;
  const beyond = (level) => (falls ? value < level : value >= level);
  return beyond(levels.critical) ? "critical" : beyond(levels.warning) ? "warning" : "ok";
}

const EDGE = { top: 8, right: 6, bottom: 20 };

/** The rectangle of a chart, and where times and values lie in it. */
class Frame {
  constructor(width, height, range, [lowest, highest], left) {
    Object.assign(this, { width, height, range, left });
    this.x = (time) => left + ((time - range.start) / (range.end - range.start)) * this.inner;
    this.y = (value) =>
      height - EDGE.bottom - ((value - lowest) / (highest - lowest)) * (height - EDGE.top - EDGE.bottom);
  }

  get inner() { return this.width - this.left - EDGE.right; }

  time(x) {
    return this.range.start + ((x - this.left) / this.inner) * (this.range.end - this.range.start);
  }

  times() {
    const { start, end } = this.range;
    return timeTicks(start, end, Math.max(2, Math.floor(this.inner / 58))).map((time) =>
      element("text", { x: this.x(time), y: this.height - 5, "text-anchor": "middle" }, clock(time, end - start)));
  }
}

function domain(series, levels, highest) {
  const values = series.flatMap((one) => one.values.map(([, value]) => value)).filter(Number.isFinite);
  const lowest = Math.min(0, ...values);
  let top = Math.max(highest ?? 0, ...values);
  for (const level of Object.values(levels ?? {})) if (top >= level * 0.5) top = Math.max(top, level);
  if (top <= lowest) top = lowest + 1;
  return [lowest, highest !== null && top <= highest ? highest : top + (top - lowest) * 0.06];
}

/** A line that breaks where values are missing for more than a step and a half. */
function path(values, frame, step) {
  let before = null;
  let text = "";
  for (const [time, value] of values) {
    if (!Number.isFinite(value)) { before = null; continue; }
    const command = before !== null && time - before <= step * 1.5 ? "L" : "M";
    text += `${command}${frame.x(time).toFixed(1)} ${frame.y(value).toFixed(1)}`;
    // A single value between two gaps would else be no line at all.
    if (command === "M") text += "h0.01";
    before = time;
  }
  return text;
}

/** Draw series as lines; returns the drawing and its frame. */
export function lines(series, { width, height, range, unit, levels, highest }) {
  const between = domain(series, levels, highest);
  const marks = ticks(...between, unit);
  const labels = marks.map((mark) => format(unit, mark));
  const left = 10 + 6.2 * Math.max(...labels.map((label) => label.length));
  const frame = new Frame(width, height, range, between, left);
  const drawing = element("svg", { viewBox: `0 0 ${width} ${height}`, width, height });
  marks.forEach((mark, index) => drawing.append(
    element("line", { class: "grid", x1: left, x2: width - EDGE.right, y1: frame.y(mark), y2: frame.y(mark) }),
    element("text", { x: left - 6, y: frame.y(mark) + 4, "text-anchor": "end" }, labels[index])));
  drawing.append(...frame.times());
  for (const [name, level] of Object.entries(levels ?? {})) {
    if (level < between[0] || level > between[1]) continue;
    drawing.append(element("line", { class: `level ${name}`, x1: left, x2: width - EDGE.right, y1: frame.y(level), y2: frame.y(level) }));
  }
  for (const one of series) drawing.append(line(one, frame, range.step));
  return { drawing, frame };
}

function line(one, frame, step) {
  const shape = element("path", { class: "line", d: path(one.values, frame, step) });
  shape.style.setProperty("stroke", one.color);
  if (one.dashed) shape.style.setProperty("stroke-dasharray", "5 3");
  return shape;
}

/** Draw one series without any axis. */
export function spark(one, { width, height, range }) {
  const frame = new Frame(width, height + EDGE.bottom, range, domain([one], null, null), 0);
  const drawing = element("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
  drawing.append(line(one, frame, range.step));
  return drawing;
}

/** Turn cumulative buckets of a histogram into what fell into each, lowest first. */
export function buckets(series) {
  const sorted = series
    .map((one) => ({ ...one, bound: Number(one.labels.le.replace("+Inf", "Infinity")) }))
    .sort((one, other) => one.bound - other.bound);
  return sorted.map((one, index) => {
    const below = new Map(index ? sorted[index - 1].values : []);
    return {
      ...one,
      above: index ? sorted[index - 1].bound : 0,
      values: one.values.map(([time, value]) => [time, Math.max(0, value - (below.get(time) ?? 0))]),
    };
  });
}

/** Draw buckets over time, the fuller the darker. */
export function heatmap(series, { width, height, range, unit }) {
  const rows = buckets(series);
  const labels = rows.map((row) => (row.bound === Infinity ? "more" : format(unit, row.bound)));
  const left = 10 + 6.2 * Math.max(...labels.map((label) => label.length));
  const frame = new Frame(width, height, range, [0, rows.length], left);
  const drawing = element("svg", { viewBox: `0 0 ${width} ${height}`, width, height });
  const most = Math.max(...rows.flatMap((row) => row.values.map(([, value]) => value)));
  const wide = Math.max(1, (frame.inner * range.step) / (range.end - range.start));
  const high = frame.y(0) - frame.y(1);
  rows.forEach((row, index) => {
    if (index % Math.ceil(rows.length / 8) === 0) {
      drawing.append(element("text", { x: left - 6, y: frame.y(index + 0.5) + 4, "text-anchor": "end" }, labels[index]));
    }
    for (const [time, value] of row.values) {
      if (!(value > 0)) continue;
      // A counter's increase belongs to the step before.
      const x = Math.max(left, frame.x(time) - wide);
      drawing.append(element("rect", {
        class: "cell", "shape-rendering": "crispEdges", x, y: frame.y(index + 1), width: Math.max(0.5, frame.x(time) - x), height: high,
        "fill-opacity": (0.1 + 0.9 * (value / most)).toFixed(3),
      }));
    }
  });
  drawing.append(
    element("line", { class: "grid", x1: left, x2: width - EDGE.right, y1: frame.y(0), y2: frame.y(0) }),
    ...frame.times());
  return { drawing, frame, rows };
}
