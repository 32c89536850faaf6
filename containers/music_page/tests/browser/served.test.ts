import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import * as flows from "../../flows/flows.ts";
import { clip, stage } from "./setup.ts";

const { at, come } = stage();
const DIST = new URL("../../dist/", import.meta.url);
const MOST = 150_000;

test("The first view is at most 150 KB, compressed", async () => {
  const { page } = await come();
  const loaded = new Set<string>();
  page.on("response", (answer) => loaded.add(new URL(answer.url()).pathname));
  await page.reload();
  await page.getByText("Nothing yet.").waitFor();

  const files = [...loaded].filter((path) => !/^\/(runs|me)$/.test(path));
  const bytes = files.map(
    (path) => gzipSync(readFileSync(new URL(path === "/" ? "index.html" : `.${path}`, DIST))).length,
  );
  expect(files.some((path) => path.endsWith(".js"))).toBe(true);
  expect(files.some((path) => path.endsWith(".css"))).toBe(true);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(MOST);
});

test("What the policy forbids does not run", async () => {
  const { page, faults } = await come();
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
  });
  expect(await page.evaluate("window.ran")).toBe(undefined);
  expect(faults.splice(0).join()).toContain("Content Security Policy");
});

test("No file asks for anything of another site", () => {
  const texts = readdirSync(DIST, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(html|css|svg)$/.test(name))
    .map((name) => readFileSync(new URL(name, DIST), "utf8"));
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.join().match(/(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?\/\//)).toBe(null);
});

test("A file name is shown as text, whatever is in it", async () => {
  const { page } = await come();
  await flows.upload(page, clip("<img src=x onerror=alert(1)>.mp4"));
  await page.getByRole("heading", { name: "<img src=x onerror=alert(1)>.mp4" }).waitFor();
  expect(await page.locator("img").count()).toBe(0);
  expect([...at.server.runs.values()].length).toBe(1);
});
