// @vitest-environment node
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Failure } from "../../src/api/failure.ts";
import { neverUploaded, ofTheVideo, SENTENCES, translated } from "../../src/logic/sentences.ts";
import { en, type Texts } from "../../src/texts/en.ts";
import { ko } from "../../src/texts/ko.ts";
import { words } from "../../src/view/Notice.tsx";

/** All texts with their paths; those that are given something are given it. */
const all = (texts: object, path = ""): [string, string][] =>
  Object.entries(texts).flatMap(([name, text]): [string, string][] => {
    if (typeof text === "object") return all(text, `${path}${name}.`);
    return [[path + name, typeof text === "function" ? text("⟨1⟩", "⟨2⟩", "⟨3⟩") : text]];
  });

test("A language that lacks a text, or what a text is given, does not compile", () => {
  const { title: _, ...lacking } = en;
  // @ts-expect-error: the title is missing
  const missing: Texts = lacking;
  // @ts-expect-error: a version has a number
  const other: Texts["results"]["play"] = (name: "x") => name;
  expect(missing).not.toHaveProperty("title");
  expect(other).toBeTypeOf("function");
});

test("Korean is Korean throughout", () => {
  const latin = all(ko).filter(([, text]) => !/[가-힣]/.test(text));
  expect(latin).toEqual([]);
});

test("Each text is said, and says all that it is given", () => {
  const lengths = (texts: object) =>
    all(texts).map(([path, text]) => [path, (text.match(/⟨\d⟩/g) ?? []).toSorted().join("")]);
  expect(lengths(ko)).toEqual(lengths(en));
  expect(all(en).filter(([, text]) => !text.trim())).toEqual([]);
});

describe("a sentence of the API or a step", () => {
  test("that is known is said in the person's language", () => {
    const sentence = "Nobody speaks in the first 61 seconds of this video: the music is chosen by …";
    expect(translated(sentence, ko)).toEqual({ text: ko.sentence.speechless });
    expect(ofTheVideo(sentence)).toBe(true);
    expect(ofTheVideo("the step lost its machine")).toBe(false);
  });

  test("that is not known stays as it is, and is marked as English", () => {
    expect(translated("something new happened", ko)).toEqual({ text: "Something new happened.", lang: "en" });
  });

  test("says whether there is no video to start again with", () => {
    expect(neverUploaded("the video was not uploaded in time: upload it anew")).toBe(true);
    expect(neverUploaded(null)).toBe(false);
  });

  test.each(Object.entries(SENTENCES))("is one that %s still says", (program, sentences) => {
    const folder = join(import.meta.dirname, "../../..", program, "src/");
    expect(existsSync(folder)).toBe(true);
    const source = globSync("**/*.py", { cwd: folder })
      .map((name) => readFileSync(folder + name, "utf8"))
      .join();
    expect(Object.keys(sentences).filter((sentence) => !source.includes(sentence))).toEqual([]);
  });
});

test.each([
  [413, ko.failure.tooLarge],
  [415, ko.failure.wrongType],
  [429, ko.failure.busy],
  [503, ko.failure.away],
  [500, ko.failure.unknown],
  [404, ko.sentence.gone],
])("A problem of status %d is said in the person's language", (status, text) => {
  const problem = { type: "about:blank", title: "", status, detail: "you have no such run" };
  expect(words(new Failure({ kind: "problem", problem }), ko).text).toBe(text);
});
