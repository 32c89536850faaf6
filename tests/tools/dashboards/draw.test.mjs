// Figures and shapes: what is written at an axis, and where a level turns red.

import assert from "node:assert/strict";
import { test } from "node:test";

import { buckets, format, ticks, timeTicks, verdict } from "../../../tools/dashboards/page/draw.mjs";

test("a value is written in its unit", () => {
  const written = [
    ["currencyUSD", 15234.6, "$15,235"], ["currencyUSD", 12.5, "$12.50"], ["currencyUSD", 0.0123, "$0.0123"],
    ["currencyUSD", 0, "$0"], ["percent", 47.25, "47.3 %"], ["percentunit", 0.8, "80 %"],
    ["s", 0.25, "250 ms"], ["s", 26.2, "26.2 s"], ["s", 90, "1.5 min"], ["s", 9000, "2.5 h"], ["h", 62.5, "62.5 h"],
    ["bytes", 3145728, "3 MiB"], ["mbytes", 10240, "10 GiB"], ["celsius", 64, "64 °C"], ["watt", 52.4, "52 W"],
    ["reqps", 2.5, "2.5 /s"], ["short", 1160000, "1.16M"], ["short", 9999, "9,999"], ["short", null, "–"],
    ["bool_yes_no", 1, "yes"], ["bool_yes_no", 0, "no"],
  ];
  for (const [unit, value, text] of written) assert.equal(format(unit, value), text);
});

test("an axis has round figures of its unit", () => {
  assert.deepEqual(ticks(0, 100, "percent"), [0, 25, 50, 75, 100]);
  assert.deepEqual(ticks(0, 150, "s"), [0, 60, 120]);
  assert.deepEqual(ticks(0, 4 * 1024 ** 3, "bytes"), [0, 1, 2, 3, 4].map((one) => one * 1024 ** 3));
  assert.deepEqual(ticks(-1, 1, "short"), [-1, -0.5, 0, 0.5, 1]);
});

test("times at an axis are round, and no more than fit", () => {
  const start = Date.parse("2026-11-30T14:32:00Z") / 1000;
  const times = timeTicks(start, start + 6 * 3600, 5);
  assert.ok(times.length <= 5 && times.length >= 3);
  for (const time of times) assert.equal(time % 3600, 0);
});

test("a level is exceeded upwards, or downwards where less is worse", () => {
  const high = { warning: 5, critical: 10 };
  const low = { warning: 0.95, critical: 0.9 };
  assert.deepEqual([4.9, 5, 10].map((value) => verdict(high, value)), ["ok", "warning", "critical"]);
  assert.deepEqual([0.95, 0.94, 0.89].map((value) => verdict(low, value)), ["ok", "warning", "critical"]);
  assert.equal(verdict(null, 1), null);
});

test("buckets of a histogram are told apart", () => {
  const series = [["+Inf", 10], ["2", 7], ["1", 4]].map(([le, value]) => ({ labels: { le }, values: [[0, value]] }));
  assert.deepEqual(buckets(series).map((one) => [one.above, one.bound, one.values[0][1]]),
    [[0, 1, 4], [1, 2, 3], [2, Infinity, 3]]);
});
