// The page as a reader uses it, in a played document over the real server: node page.test.mjs URL.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { install } from "./dom.mjs";

const server = process.env.DASHBOARDS;
const page = new URL("../../../tools/dashboards/page/", import.meta.url);
const ask = globalThis.fetch;
let failing = false;
const asked = [];
const { ids, location } = install({
  html: readFileSync(new URL("index.html", page), "utf8"),
  fetch: (address, options) => {
    asked.push(new URL(address, server));
    return ask(new URL(failing ? "/api/v1/nothing" : address, server), options);
  },
});
const dashboards = await (await ask(new URL("dashboards.json", server))).json();
const state = ids.get("state");
const panels = () => ids.get("panels").children;
const named = (title) => panels().find((panel) => panel.getAttribute("aria-label") === title);
const svg = (panel) => panel.querySelectorAll("svg")[0];

async function drawn(action) {
  state.textContent = "";
  action();
  while (!state.textContent) await new Promise((resolve) => setTimeout(resolve, 5));
}

await drawn(() => import(new URL("page.mjs", page)));

for (const dashboard of dashboards) {
  test(`${dashboard.uid} draws each of its panels`, async () => {
    await drawn(() => { location.hash = `${dashboard.uid}/3600`; });
    assert.equal(ids.get("title").textContent, dashboard.title);
    assert.equal(panels().length, dashboard.panels.length);
    for (const panel of panels()) {
      assert.equal(panel.querySelectorAll(".empty").length, 0, panel.textContent);
      assert.ok(panel.querySelectorAll(".body")[0].textContent || svg(panel));
    }
    const current = ids.get("dashboards").children.filter((link) => link.getAttribute("aria-current"));
    assert.deepEqual(current.map((link) => link.dataset.uid), [dashboard.uid]);
  });
}

test("each question is asked with whole windows and in whole steps", () => {
  for (const { searchParams } of asked.slice(1)) {
    assert.ok(!searchParams.get("query").includes("$"), searchParams.get("query"));
    if (searchParams.has("step")) {
      const [start, end] = ["start", "end"].map((name) => Number(searchParams.get(name)));
      assert.equal((end - start) % Number(searchParams.get("step")), 0);
    }
  }
});

test("arrow keys show the values of a time, in all charts, and Escape hides them", async () => {
  await drawn(() => { location.hash = "dubbing-cost/3600"; });
  const panel = named("GPU use by service");
  const tip = () => panel.querySelectorAll(".tip")[0];
  assert.ok(tip().hidden);
  svg(panel).dispatch("keydown", { key: "ArrowLeft" });
  assert.ok(!tip().hidden);
  assert.match(tip().textContent, /\d\d:\d\d.*whisper-pyannote-stt/);
  const crosses = ids.get("panels").querySelectorAll(".cross").map((cross) => cross.getAttribute("visibility"));
  assert.ok(crosses.length > 1 && crosses.every((one) => one === "visible"));
  svg(panel).dispatch("keydown", { key: "Escape" });
  assert.ok(tip().hidden);
});

test("a refresh leaves the reader where they are", async () => {
  const panel = named("GPU use by service");
  svg(panel).focus();
  svg(panel).dispatch("keydown", { key: "End" });
  const before = svg(panel);
  await drawn(() => ids.get("refresh").dispatch("click"));
  assert.notEqual(svg(panel), before);
  assert.equal(document.activeElement, svg(panel));
  assert.ok(!panel.querySelectorAll(".tip")[0].hidden);
});

test("a series can be hidden, and shown again", () => {
  const panel = named("GPU use by service");
  const button = () => panel.querySelectorAll(".legend button")[0];
  const count = () => panel.querySelectorAll(".line").length;
  const all = count();
  button().dispatch("click");
  assert.equal(count(), all - 1);
  assert.equal(button().getAttribute("aria-pressed"), "false");
  button().dispatch("click");
  assert.equal(count(), all);
});

test("a service has one colour in all panels", () => {
  const colour = (title) => named(title).querySelectorAll(".legend button")
    .find((button) => button.textContent.startsWith("whisper-pyannote-stt"))
    .querySelectorAll(".swatch")[0].style.text;
  assert.equal(colour("GPU use by service"), colour("GPU memory in use"));
});

test("light and dark change places", () => {
  const theme = document.documentElement.dataset;
  assert.equal(theme.theme, undefined, "the system's own, until something else is chosen");
  for (const wanted of ["dark", "light"]) {
    ids.get("theme").dispatch("click");
    assert.equal(theme.theme, wanted);
    assert.equal(localStorage.getItem("theme"), wanted);
  }
});

test("a panel says why it is empty", async () => {
  failing = true;
  await drawn(() => ids.get("refresh").dispatch("click"));
  assert.match(state.textContent, /12 of 12 panels could not be asked for/);
  assert.match(named("GPU use by service").textContent, /there is nothing at \/api\/v1\/nothing/);
  failing = false;
});
