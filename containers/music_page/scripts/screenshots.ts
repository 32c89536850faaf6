/** `node scripts/screenshots.ts FOLDER [CLIP.mp4]`: pictures of the page in its states, to look at. */

import { mkdirSync, readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { launch } from "../flows/browser.ts";
import { choose, ended, playable, upload, version } from "../flows/flows.ts";
import { type Visitor, visit } from "../flows/visit.ts";
import { LAST_STAGE } from "../tests/server/runs.ts";
import { Played } from "../tests/server/server.ts";

const [folder = "dist/screenshots", clip] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const LOOKS: Record<string, Visitor> = {
  light: { viewport: { width: 1280, height: 860 } },
  dark: { viewport: { width: 1280, height: 860 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
  korean: { viewport: { width: 1280, height: 860 }, locale: "ko-KR" },
};

async function look(browser: Browser, name: string, visitor: Visitor) {
  const server = await new Played().start();
  if (clip) server.bucket.video = { type: "video/mp4", bytes: readFileSync(clip) };
  server.pace = 60;
  server.openRuns = 20;
  const { page } = await visit(browser, server.base, { ...visitor, headers: { "x-user": "Jiwoo Kim" } });
  const shoot = (state: string) =>
    page.screenshot({ path: `${folder}/${name}-${state}.png`, fullPage: true });
  const korean = name === "korean";
  const english = async (work: () => Promise<unknown>) => {
    if (korean) await page.getByRole("button", { name: "English" }).click();
    await work();
    if (korean) await page.getByRole("button", { name: "한국어" }).click();
  };
  const video = (file: string, size = 3_400_000) => ({
    name: file,
    mimeType: "video/mp4",
    buffer: Buffer.alloc(size),
  });
  const start = (file: string) =>
    english(async () => {
      await page.goto(`${server.base}#/`);
      await upload(page, video(file));
    });

  await page.getByRole("heading", { level: 2 }).waitFor();
  await shoot("1-first");
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "notes.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(9) });
  await shoot("2-wrong");
  await start("goodbye-silent.mov");
  await page.locator(".ending").waitFor();
  await shoot("3-failed");
  await start("wedding speech broken.mp4");
  await english(() => ended(page, "Failed"));
  await shoot("4-one-failed");
  server.hold = 1;
  await start("Interview with grandmother.mp4");
  await page.locator(".steps li[data-state=running]").waitFor();
  await shoot("5-listening");
  server.hold = 4;
  await page.locator(".play").nth(1).waitFor({ timeout: 20_000 });
  await page.waitForTimeout(400);
  await shoot("6-composing");
  server.hold = LAST_STAGE;
  await english(async () => {
    await ended(page, "Ready");
    for (const n of [1, 2, 3, 4]) await playable(page, n);
    await version(page, 2).getByRole("slider").fill("5");
    await choose(page, 3);
  });
  await page.waitForTimeout(500);
  await shoot("7-ready");
  await page.locator(".about > .icon").click();
  await page.screenshot({ path: `${folder}/${name}-8-delete.png` });
  await page.keyboard.press("Escape");
  server.bucket.breakAfter = 100_000;
  await start(
    "A very long name of a video that somebody recorded on the way home in the rain (final, second cut).mp4",
  );
  await page.locator(".uploading [role=alert]").first().waitFor();
  await shoot("9-broken-upload");
  await page.reload();
  await page.locator(".uploading .drop").waitFor();
  await shoot("10-reloaded");
  await page.goto(`${server.base}#/`);
  await page.locator(".runs li").first().waitFor();
  await shoot("11-list");
  await page.context().close();
  await server.stop();
}

const browser = await launch();
try {
  for (const [name, visitor] of Object.entries(LOOKS)) await look(browser, name, visitor);
} finally {
  await browser.close();
}
