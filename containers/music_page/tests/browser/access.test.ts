import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { LAST_STAGE } from "../server/runs.ts";
import { clip, stage, violations } from "./setup.ts";

const VIEWS = [
  { name: "light", look: {} },
  { name: "dark, Korean", look: { colorScheme: "dark" as const, locale: "ko-KR" } },
  { name: "a phone", look: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
];

/** Each state of the page, one after the other; in no language's words. */
const STATES: Record<
  string,
  (page: Page, server: ReturnType<typeof stage>["at"]["server"]) => Promise<void>
> = {
  first: async (page) => page.locator(".runs > p").waitFor(),
  "wrong file": async (page) => {
    await page.locator("input[type=file]").setInputFiles({ ...clip("a.txt"), mimeType: "text/plain" });
    await page.locator(".take .notice").waitFor();
  },
  "broken upload": async (page, server) => {
    server.bucket.breakAfter = 100_000;
    await start(page, "cut.mp4", 900_000);
    await page.locator(".uploading [role=alert]").waitFor();
  },
  "reloaded upload": async (page, server) => {
    await page.reload();
    await page.locator(".uploading .drop").waitFor();
    server.bucket.breakAfter = Number.POSITIVE_INFINITY;
  },
  failed: async (page) => {
    await start(page, "silent.mp4");
    await page.locator(".ending").waitFor();
  },
  "one version failed": async (page) => {
    await start(page, "broken.mp4");
    await page.locator(".ending").waitFor();
    await page.locator(".play").nth(2).waitFor();
  },
  waiting: async (page, server) => {
    server.hold = 0;
    await start(page, "walk.mp4");
    await page.locator(".steps > p").waitFor();
  },
  composing: async (page, server) => {
    server.hold = 4;
    await page.locator(".play").nth(1).waitFor();
  },
  ready: async (page, server) => {
    server.hold = LAST_STAGE;
    await page.locator(".play").nth(3).waitFor();
  },
  chosen: async (page) => {
    await page.locator("input[type=radio]").nth(1).check();
    await page.locator(".play").first().click();
    await page.locator(".screen[data-playing=true]").waitFor();
  },
  deleting: async (page) => {
    await page.locator(".about .icon").click();
    await page.locator("dialog[open]").waitFor();
  },
  list: async (page) => {
    await page.keyboard.press("Escape");
    await page.locator(".back").click();
    await page.locator(".runs li").nth(3).waitFor();
  },
  "not there": async (page) => {
    await page.evaluate(() => {
      location.hash = `#/runs/m${"a".repeat(25)}`;
    });
    await page.locator(".about + .quiet").waitFor();
  },
  "signed out": async (page, server) => {
    server.signedOut = "refuse";
    await page.reload();
    await page.locator(".notice button").waitFor();
  },
};

async function start(page: Page, name: string, bytes?: number) {
  await page.evaluate(() => {
    location.hash = "#/";
  });
  await page.locator(".home input[type=file]").setInputFiles(clip(name, bytes));
  await page.waitForURL(/#\/runs\//);
}

describe.each(VIEWS)("axe finds nothing: $name", ({ look }) => {
  const { at, come } = stage();

  test("in any state", { timeout: 600_000 }, async () => {
    at.server.openRuns = 20;
    const { page } = await come("mina", look);
    const found: Record<string, string[]> = {};
    for (const [name, reach] of Object.entries(STATES)) {
      await reach(page, at.server);
      found[name] = await violations(page);
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(STATES).map((name) => [name, []])));
  });
});

describe("axe", () => {
  const { come } = stage();

  test("finds what is wrong, where something is", async () => {
    const { page } = await come();
    await page.locator(".runs > p").waitFor();
    await page.locator("main").evaluate((main) => main.append(document.createElement("button")));
    expect((await violations(page)).join()).toContain("button-name");
  });
});
