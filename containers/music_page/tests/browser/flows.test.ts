import { describe, expect, test } from "vitest";
import * as flows from "../../flows/flows.ts";
import { clip, stage } from "./setup.ts";

describe("a run", () => {
  const { at, come } = stage();

  test("goes from the upload to the choice", async () => {
    const { page } = await come();
    const { run, videos } = await flows.uploadToChoice(page, clip(), 3);

    expect(at.server.bucket.taken.get(run)).toBe(20_000);
    expect(at.server.runs.get(run)?.choice).toBe(3);
    expect(new Set(videos).size).toBe(4);
    for (const video of videos) expect((await fetch(video)).ok).toBe(true);
  });

  test("shows its steps while they go on", async () => {
    at.server.hold = 1;
    const { page } = await come();
    await flows.upload(page, clip());
    const step = page.locator("[aria-current=step]");
    await step.filter({ hasText: "Listening" }).waitFor();

    at.server.hold = 4;
    await step.filter({ hasText: "Composing" }).waitFor();
    await page.getByText("2 of 4 versions").waitFor();
    await flows.playable(page, 1);
    expect(await flows.version(page, 3).textContent()).toContain("Composing…");
  });

  test("that fails says why, and starts again", async () => {
    const { page } = await come();
    const first = await flows.upload(page, clip("silent film.mp4"));
    await page.getByText("Nobody speaks in the first 100 seconds.").waitFor();

    const second = await flows.again(page);
    expect(second).not.toBe(first);
    await flows.ended(page, "Ready");
    await flows.playable(page, 4);
  });

  test("of which one version fails keeps the three others", async () => {
    const { page } = await come();
    const run = await flows.upload(page, clip("broken.mp4"));
    await flows.ended(page, "Failed");
    await flows.listen(page, 4);
    await flows.choose(page, 4);

    expect(await flows.version(page, 3).textContent()).toContain("could not be composed");
    expect(await page.getByRole("radio").count()).toBe(3);
    expect(at.server.runs.get(run)?.choice).toBe(4);
  });

  test("is deleted once that was confirmed, also while it goes on", async () => {
    at.server.hold = 3;
    const { page } = await come();
    const run = await flows.upload(page, clip());
    await page.getByRole("button", { name: "Delete walk.mp4" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Keep" }).click();
    expect(at.server.runs.has(run)).toBe(true);

    await flows.remove(page);
    expect(at.server.runs.has(run)).toBe(false);
    await page.getByText("“walk.mp4” was deleted.").waitFor({ state: "attached" });
  });

  test("is in the list with its state and choice", async () => {
    const { page } = await come();
    await flows.uploadToChoice(page, clip("first.mp4"), 2);
    await page.getByRole("link", { name: "All videos" }).click();
    await flows.upload(page, clip("endless.mp4"));
    await page.locator("[aria-current=step]").waitFor();
    await page.getByRole("link", { name: "All videos" }).click();
    const rows = page.locator(".runs li");
    await rows.nth(1).waitFor();

    expect(await rows.nth(0).textContent()).toMatch(/endless\.mp4[\s\S]*In progress/);
    expect(await rows.nth(1).textContent()).toMatch(/first\.mp4[\s\S]*version 2 chosen[\s\S]*Ready/);
  });
});

describe("people", () => {
  const { at, come } = stage();

  test("two at once get their own, and see nothing of each other", async () => {
    const [mina, jun] = await Promise.all([come("mina"), come("jun")]);
    const [hers, his] = await Promise.all([
      flows.uploadToChoice(mina.page, clip("mina.mp4", 30_000), 1),
      flows.uploadToChoice(jun.page, clip("jun.mp4", 50_000), 4),
    ]);

    expect(at.server.bucket.taken.get(hers.run)).toBe(30_000);
    expect(at.server.bucket.taken.get(his.run)).toBe(50_000);
    expect(hers.videos.every((video) => video.includes(hers.run))).toBe(true);
    expect(his.videos.every((video) => video.includes(his.run))).toBe(true);

    await jun.page.goto(`${at.server.base}#/runs/${hers.run}`);
    await jun.page.getByRole("heading", { name: "This video is not here" }).waitFor();
    await jun.page.goto(`${at.server.base}#/`);
    await jun.page.getByRole("link", { name: "jun.mp4" }).waitFor();
    expect(await jun.page.locator(".runs li").count()).toBe(1);
  });
});
