import { describe, expect, test } from "vitest";
import { judge } from "../../src/logic/files.ts";
import { clock, size } from "../../src/logic/format.ts";
import { runOf } from "../../src/logic/route.ts";
import { preferred } from "../../src/texts/index.tsx";
import { together } from "../../src/view/Steps.tsx";
import { bars } from "../../src/view/Waveform.tsx";
import { ID } from "./setup.tsx";

const file = (name: string, bytes = 10, type = "") => new File([new Uint8Array(bytes)], name, { type });

test.each([
  [file("a.mp4"), { type: "video/mp4" }],
  [file("A.MOV"), { type: "video/quicktime" }],
  [file("a.webm", 10, "video/webm"), { type: "video/webm" }],
  [file("no ending", 10, "video/mp4"), { type: "video/mp4" }],
  [file("a.txt", 10, "text/plain"), { wrong: "type" }],
  [file("playlist.m3u8", 10, "application/x-mpegurl"), { wrong: "type" }],
  [file("a.mp4", 0), { wrong: "empty" }],
  [file("a.mp4", 101), { wrong: "size" }],
])("A file is judged by name, type and size: $0.name", (given, verdict) => {
  expect(judge(given, 100)).toEqual(verdict);
});

test.each([
  [0, "0:00"],
  [61.9, "1:01"],
  [-1, "0:00"],
])("%d seconds are %s", (seconds, said) => {
  expect(clock(seconds)).toBe(said);
});

describe("sizes", () => {
  test.each([
    [1, "en", "1 byte"],
    [1_234_567, "en", "1.2 MB"],
    [56_789_000, "en", "57 MB"],
    [1_234_567, "ko", "1.2MB"],
  ])("%d is in %s %s", (bytes, language, said) => {
    expect(size(bytes, language)).toBe(said);
  });

  test("that are limits are rounded down", () => {
    expect(size(2 ** 30, "en")).toBe("1.1 GB");
    expect(size(2 ** 30, "en", "floor")).toBe("1 GB");
  });
});

test.each([
  [`#/runs/${ID}`, ID],
  ["#/", null],
  ["#/runs/../x", null],
  [`#/runs/${ID}x`, null],
  ["#/runs/M0", null],
])("The address %s names the run %s", (hash, id) => {
  expect(runOf(hash)).toBe(id);
});

test.each([
  [null, ["ko-KR", "en"], "ko"],
  [null, ["fr", "ko"], "ko"],
  [null, ["fr"], "en"],
  ["en", ["ko"], "en"],
  ["xx", ["ko"], "ko"],
])("With %s kept and %j wanted the page speaks %s", (kept, wanted, language) => {
  expect(preferred(kept, wanted)).toBe(language);
});

test("A waveform keeps the loudest of each stretch", () => {
  expect(bars([0, 1, 0.2, 0.3, 0.5, 0.1], 3)).toEqual([1, 0.3, 0.5]);
  expect(bars([0.5, 1], 64)).toEqual([0.5, 1]);
  expect(bars([], 64)).toEqual([]);
});

test.each([
  [["waiting", "waiting"], "waiting"],
  [["running", "waiting"], "running"],
  [["succeeded", "waiting"], "running"],
  [["failed", "running"], "running"],
  [["succeeded", "failed"], "failed"],
  [["succeeded", "succeeded"], "succeeded"],
] as const)("Composers that are %j are together %s", (states, state) => {
  expect(together(states.map((one) => ({ name: "compose", state: one })))).toBe(state);
});
