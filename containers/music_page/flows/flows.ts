/** What people do on the page, wherever it is served: the tests' server, a rehearsal, a real one. */

import type { Locator, Page } from "playwright-core";

/** What may be uploaded: a path, or bytes with a name. */
export type Video = string | { name: string; mimeType: string; buffer: Buffer };

/** How long a step may take: real ones take minutes. */
export interface Patience {
  timeout?: number;
}

/** Choose a video and wait until its run is shown; the answer is the run's id. */
export async function upload(page: Page, video: Video, patience: Patience = {}): Promise<string> {
  await page.getByLabel("Choose a video").setInputFiles(video);
  await page.waitForURL(/#\/runs\/m[a-z2-7]{25}$/, patience);
  return shown(page);
}

/** The id of the run that is shown. */
export const shown = (page: Page) => new URL(page.url()).hash.split("/").at(-1) ?? "";

export const version = (page: Page, n: number): Locator =>
  page.getByRole("article", { name: `Version ${n}` });

/** Wait until the run has ended so; what it shows instead is the reason of a failure. */
export async function ended(page: Page, state: "Ready" | "Failed", patience: Patience = {}) {
  const badge = page.locator(".about .badge");
  try {
    await badge.filter({ hasText: state }).waitFor(patience);
  } catch (error) {
    throw new Error(`the run is ${await badge.textContent()}: ${await reason(page)}`, { cause: error });
  }
}

/** Wait until a version can be played. */
export async function playable(page: Page, n: number, patience: Patience = {}) {
  await version(page, n).getByRole("button", { name: "Play" }).waitFor(patience);
}

/** Play a version until its clock has moved, and stop it. */
export async function listen(page: Page, n: number, patience: Patience = {}) {
  const card = version(page, n);
  await card.getByRole("button", { name: "Play" }).click();
  await card
    .getByRole("slider", { name: "Position" })
    .and(page.locator(":not([aria-valuetext^='0:00'])"))
    .waitFor(patience);
  await card.getByRole("button", { name: "Pause" }).click();
}

/** Choose a version and wait until that is kept. */
export async function choose(page: Page, n: number, patience: Patience = {}) {
  await version(page, n).getByRole("radio").check();
  await page.getByText(`Version ${n} is your choice.`).waitFor({ state: "attached", ...patience });
}

/** Where a version's video can be had. */
export async function link(page: Page, n: number): Promise<string> {
  return (
    (await version(page, n).getByRole("link", { name: "Download the video" }).getAttribute("href")) ?? ""
  );
}

/** Begin a failed run again; the answer is the new run's id. */
export async function again(page: Page, patience: Patience = {}): Promise<string> {
  const before = shown(page);
  await page.getByRole("button", { name: "Start again" }).click();
  await page.waitForURL((url) => !url.hash.endsWith(before), patience);
  return shown(page);
}

/** Delete the run that is shown. */
export async function remove(page: Page, patience: Patience = {}) {
  await page
    .locator("main")
    .getByRole("button", { name: /^Delete / })
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(/#\/$/, patience);
}

/** Why a run failed, as the page says it. */
export const reason = async (page: Page) => (await page.locator(".ending").allTextContents()).join(" ");

/** What is to happen on the way to a choice. */
export interface Events extends Patience {
  /** The page is loaded again once the video is there. */
  reload?: boolean;
  /** The run fails, and is begun again. */
  fails?: boolean;
}

/** The whole way: upload, wait for four versions, listen to them, choose one. */
export async function uploadToChoice(page: Page, video: Video, n: number, events: Events = {}) {
  const { reload, fails, ...patience } = events;
  const first = await upload(page, video, patience);
  if (reload) {
    await page.locator(".uploading").waitFor({ state: "hidden", ...patience });
    await page.reload();
  }
  let failure: string | null = null;
  if (fails) {
    await ended(page, "Failed", patience);
    failure = await reason(page);
    await again(page, patience);
  }
  await ended(page, "Ready", patience);
  for (const one of [1, 2, 3, 4]) await listen(page, one, patience);
  await choose(page, n, patience);
  const videos = await Promise.all([1, 2, 3, 4].map((one) => link(page, one)));
  return { first, failure, run: shown(page), videos };
}
