import { devices } from "playwright-core";
import { expect, test } from "vitest";
import * as flows from "../../flows/flows.ts";
import { clip, stage } from "./setup.ts";

const { at, come } = stage();

test("The keyboard is enough, from the upload to the download", async () => {
  const { page } = await come();
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focused = () =>
    page.evaluate(() => {
      const { activeElement: element } = document;
      const named = element?.getAttribute("aria-labelledby");
      return (
        element?.getAttribute("aria-label") ??
        (named ? document.getElementById(named)?.textContent : null) ??
        (element as HTMLInputElement)?.labels?.[0]?.textContent ??
        element?.textContent
      );
    });
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 40 && (await focused()) !== name; presses += 1) await press("Tab");
    expect(await focused()).toBe(name);
  };

  const chooser = page.waitForEvent("filechooser");
  await press("Tab");
  expect(await focused()).toBe("Skip to the content");
  await press("Enter");
  await tabTo("Choose a video");
  await press("Enter");
  await (await chooser).setFiles(clip());
  await flows.ended(page, "Ready");
  await flows.playable(page, 4);

  await tabTo("Play version 1");
  await press("Enter");
  await expect.poll(focused).toBe("Pause version 1");
  await press("Enter");
  await tabTo("Position in version 1");
  await press("End", "ArrowLeft", "ArrowLeft", "ArrowLeft");
  expect(await page.locator(":focus").getAttribute("aria-valuetext")).toBe("0:09 of 0:12");
  await press(" ");
  await expect.poll(() => page.locator(".screen[data-playing=true]").count()).toBe(1);
  await press(" ");

  await tabTo("Choose version 1");
  await press(" ", "ArrowDown", "ArrowDown");
  await page.getByText("Version 3 is your choice.").waitFor({ state: "attached" });
  expect([...at.server.runs.values()].map(({ choice }) => choice)).toEqual([3]);
  await tabTo("Download the video with version 3");

  await page.keyboard.down("Shift");
  await tabTo("Delete walk.mp4");
  await page.keyboard.up("Shift");
  await press("Enter");
  await expect.poll(focused).toBe("Keep");
  await press("Escape");
  await expect.poll(focused).toBe("Delete walk.mp4");
  await press("Enter", "Tab", "Enter");
  await page.getByRole("heading", { level: 1, name: "Music for your video" }).waitFor();
  await expect.poll(focused).toBe("Music for your video, from the feelings in it");
});

test("One who comes from another view is at its heading", async () => {
  const { page } = await come();
  await flows.upload(page, clip());
  const heading = page.locator("h1:focus");
  await expect.poll(() => heading.textContent()).toBe("walk.mp4");
  expect(await page.title()).toBe("walk.mp4 · Music");

  await page.goBack();
  await expect.poll(() => heading.textContent()).toBe("Music for your video, from the feelings in it");
});

test("Only one version plays at a time", async () => {
  const { page } = await come();
  await flows.upload(page, clip());
  await flows.ended(page, "Ready");
  for (const n of [1, 2, 4]) await flows.version(page, n).getByRole("button", { name: "Play" }).click();

  const paused = () =>
    page.locator("video").evaluateAll((all) => all.map((one) => (one as HTMLVideoElement).paused));
  await expect.poll(paused).toEqual([true, true, true, false]);
});

test("A click into a waveform goes there", async () => {
  const { page } = await come();
  await flows.upload(page, clip());
  await flows.ended(page, "Ready");
  const wave = flows.version(page, 3).locator(".wave");
  const box = await wave.boundingBox();
  await wave.click({ position: { x: (box?.width ?? 0) / 2, y: 20 } });

  const slider = flows.version(page, 3).getByRole("slider");
  expect(await slider.getAttribute("aria-valuetext")).toBe("0:06 of 0:12");
  const played = await wave.locator(".played").getAttribute("d");
  expect(played?.match(/M/g)?.length).toBe(32);
});

test("A phone shows all of it without going sideways", async () => {
  const { page } = await come("mina", { ...devices["iPhone 13"], viewport: { width: 390, height: 844 } });
  const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await over()).toBe(0);
  at.server.hold = 1;
  await flows.upload(page, clip(`${"a-name-that-does-not-end".repeat(5)}.mp4`));
  await page.locator("[aria-current=step]").waitFor();
  expect(await over()).toBe(0);
  at.server.hold = 6;
  await flows.ended(page, "Ready");
  await flows.playable(page, 4);
  expect(await over()).toBe(0);
  await flows.version(page, 2).getByRole("button", { name: "Play" }).tap();
  await flows.version(page, 2).getByText("Choose version 2").tap();
  await page.getByText("Version 2 is your choice.").waitFor({ state: "attached" });
  await page.getByRole("link", { name: "All videos" }).tap();
  await page.locator(".runs li").waitFor();
  expect(await over()).toBe(0);
  // What is touched is large enough to be touched.
  const small = await page.locator("button, a, label").evaluateAll(
    (all) =>
      all.filter((one) => {
        const { width, height } = one.getBoundingClientRect();
        return width > 1 && (height < 36 || width < 36);
      }).length,
  );
  expect(small).toBe(0);
});

test("The language is the browser's, until another one is chosen for good", async () => {
  const { page } = await come("mina", { locale: "ko-KR" });
  await page.getByRole("heading", { level: 1, name: "영상 속 감정으로 만드는 배경 음악" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("ko");
  await page.getByRole("button", { name: "English" }).click();
  await page.reload();

  await page.getByRole("heading", { level: 1, name: "Music for your video" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
});

test("Nothing moves for those who want no motion", async () => {
  at.server.hold = 3;
  const { page } = await come("mina", { reducedMotion: "reduce" });
  await flows.upload(page, clip());
  await page.getByText("1 of 4 versions").waitFor();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  await flows.listen(page, 2);
});
