import { describe, expect, test } from "vitest";
import * as flows from "../../flows/flows.ts";
import { clip, stage } from "./setup.ts";

const { at, come } = stage();

test("A reload in the middle of a run goes on with it", async () => {
  at.server.hold = 1;
  const { page } = await come();
  const run = await flows.upload(page, clip());
  await page.locator("[aria-current=step]").waitFor();
  await page.reload();
  await page.locator("[aria-current=step]").waitFor();

  at.server.hold = 6;
  await flows.ended(page, "Ready");
  await flows.choose(page, 2);
  await page.reload();
  await flows.playable(page, 2);
  expect(flows.shown(page)).toBe(run);
  expect(await flows.version(page, 2).getByRole("radio").isChecked()).toBe(true);
});

test("A lost connection is said, and the run goes on when it is back", async () => {
  at.server.hold = 1;
  const { page, context } = await come();
  await flows.upload(page, clip());
  await page.locator("[aria-current=step]").waitFor();
  await context.setOffline(true);
  await page.getByRole("alert").getByText("No connection").waitFor();

  at.server.hold = 6;
  await context.setOffline(false);
  await flows.ended(page, "Ready");
  expect(await page.getByRole("alert").filter({ hasText: "No connection" }).count()).toBe(0);
});

describe.each(["redirect", "refuse"] as const)("A session that has ended, by %s,", (how) => {
  test("asks to sign in, and leads back to the run", async () => {
    at.server.hold = 1;
    const { page } = await come();
    const run = await flows.upload(page, clip());
    await page.locator("[aria-current=step]").waitFor();
    at.server.signedOut = how;
    const sign = page.getByRole("alert").getByRole("button", { name: "Sign in" });
    await sign.waitFor();
    const { length } = at.server.asked;
    await page.waitForTimeout(1500);
    // Nobody is asked again and again for what only a person can do.
    expect(at.server.asked.length).toBe(length);

    if (how === "refuse") at.server.signedOut = null;
    await sign.click();
    if (how === "redirect") {
      await page.getByRole("heading", { name: "Who are you?" }).waitFor();
      at.server.signedOut = null;
      await page.goto(at.server.base);
    }
    at.server.hold = 6;
    await flows.ended(page, "Ready");
    expect(flows.shown(page)).toBe(run);
  });
});

test("A service that is away is said in the person's language, and asked again", async () => {
  at.server.trouble = { status: 503, detail: "the storage of runs does not answer now" };
  const { page } = await come("mina", { locale: "ko-KR" });
  await page.getByRole("alert").getByText("서비스가 응답하지 않습니다").waitFor();

  at.server.trouble = null;
  await page.getByRole("button", { name: "다시 시도" }).click();
  await page.getByText("아직 영상이 없습니다").waitFor();
});

test("Links that have ended are renewed where they are", async () => {
  const { page } = await come();
  await flows.uploadToChoice(page, clip(), 1);
  await flows.version(page, 2).getByRole("slider").fill("6");
  at.server.bucket.period += 1;
  // A player that has to load anew meets the old link.
  await flows
    .version(page, 2)
    .locator("video")
    .evaluate((video: HTMLVideoElement) => video.load());

  await expect.poll(() => flows.link(page, 2)).toContain("period=1");
  await flows.listen(page, 2);
  const at2 = await flows.version(page, 2).getByRole("slider").getAttribute("aria-valuetext");
  expect(at2).toMatch(/^0:0[6-9] of 0:12$/);
});

test("Nobody asks while the page is not looked at", async () => {
  at.server.hold = 1;
  const { page } = await come();
  await flows.upload(page, clip());
  await page.locator("[aria-current=step]").waitFor();
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.waitForTimeout(300);
  const { length } = at.server.asked;
  await page.waitForTimeout(2500);
  expect(at.server.asked.length).toBe(length);

  at.server.hold = 6;
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await flows.ended(page, "Ready");
});
