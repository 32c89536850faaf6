import { expect, test } from "vitest";
import * as flows from "../../flows/flows.ts";
import { clip, stage } from "./setup.ts";

const { at, come } = stage();

test("A video can be dropped", async () => {
  const { page } = await come();
  const data = await page.evaluateHandle(() => {
    const given = new DataTransfer();
    given.items.add(new File([new Uint8Array(5000)], "dropped.webm", { type: "video/webm" }));
    return given;
  });
  await page.locator(".drop").dispatchEvent("dragover", { dataTransfer: data });
  await page.getByText("Let go to upload").waitFor();
  await page.locator(".drop").dispatchEvent("drop", { dataTransfer: data });

  await page.getByRole("heading", { name: "dropped.webm" }).waitFor();
  await flows.ended(page, "Ready");
});

test.each([
  ["notes.pdf", 10, "is not a video that can be used"],
  ["empty.mp4", 0, "is empty"],
  ["large.mp4", 3_000_000, "at most 2 MB can be uploaded"],
])("What cannot be used is refused before anything is sent: %s", async (name, bytes, said) => {
  at.server.mostBytes = 2_000_000;
  const { page } = await come();
  await page.getByText("up to 2 MB").waitFor();
  const mimeType = name.endsWith(".mp4") ? "video/mp4" : "application/pdf";
  await page.getByLabel("Choose a video").setInputFiles({ ...clip(name, bytes), mimeType });

  await page.getByRole("alert").getByText(said).waitFor();
  expect(at.server.asked).not.toContain("POST /runs");
});

test("Progress is shown, and an upload that is cancelled leaves nothing", async () => {
  const { page, context } = await come();
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  await network.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 400_000,
  });
  const run = await flows.upload(page, clip("slow.mp4", 4_000_000));
  await page.waitForFunction(() => {
    const bar = document.querySelector("progress");
    return bar && bar.value > 0 && bar.value < bar.max;
  });
  await page.getByRole("button", { name: "Cancel upload" }).click();

  await page.getByRole("heading", { name: "Your videos" }).waitFor();
  expect(at.server.runs.has(run)).toBe(false);
  expect(at.server.bucket.taken.get(run) ?? 0).toBeLessThan(4_000_000);
});

test("An upload that is broken off can be sent again, as a run that replaces the first", async () => {
  at.server.bucket.breakAfter = 100_000;
  const { page } = await come();
  const first = await flows.upload(page, clip("cut.mp4", 900_000));
  await page.getByRole("alert").getByText("The connection was lost").waitFor();

  at.server.bucket.breakAfter = Number.POSITIVE_INFINITY;
  await page.getByRole("button", { name: "Upload again" }).click();
  await flows.ended(page, "Ready");
  expect(flows.shown(page)).not.toBe(first);
  await expect.poll(() => at.server.runs.has(first)).toBe(false);
});

test("A reload in the middle of the upload asks for the video again", async () => {
  at.server.bucket.breakAfter = 100_000;
  const { page } = await come();
  const first = await flows.upload(page, clip("cut.mp4", 900_000));
  await page.getByRole("alert").waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "The upload did not finish here" }).waitFor();

  at.server.bucket.breakAfter = Number.POSITIVE_INFINITY;
  await flows.upload(page, clip("cut.mp4", 900_000));
  await flows.ended(page, "Ready");
  await expect.poll(() => at.server.runs.has(first)).toBe(false);
});

test("Too many at once are refused with what one can do", async () => {
  at.server.openRuns = 1;
  at.server.hold = 1;
  const { page } = await come();
  await flows.upload(page, clip());
  await page.getByRole("link", { name: "All videos" }).click();
  await page.getByLabel("Choose a video").setInputFiles(clip("another.mp4"));

  await page.getByRole("alert").getByText("Wait until one is done").waitFor();
});
