import AxeBuilder from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { launch } from "../../flows/browser.ts";
import { type Visit, type Visitor, visit } from "../../flows/visit.ts";
import { Played } from "../server/server.ts";

/** A few seconds of video: the server takes any bytes. */
export const clip = (name = "walk.mp4", bytes = 20_000) => ({
  name,
  mimeType: "video/mp4",
  buffer: Buffer.alloc(bytes, 7),
});

/** One browser for a file, and for each test a server and people who visit it. */
export function stage() {
  let browser: Browser;
  let visits: Visit[] = [];
  const at = { server: undefined as unknown as Played };
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    visits = [];
    at.server = await new Played().start();
  });
  afterEach(async () => {
    const { server } = at;
    for (const { context } of visits) await context.close();
    await server.stop();
    // However a test went: the server answered as openapi.json says, and no page had a fault.
    expect(server.wrong).toEqual([]);
    expect(visits.flatMap(({ faults }) => faults)).toEqual([]);
    const known = new Set([new URL(server.base).origin, server.bucket.origin]);
    expect(visits.flatMap(({ origins }) => [...origins]).filter((one) => !known.has(one))).toEqual([]);
  });
  const come = async (user = "mina", look: Visitor = {}) => {
    const come = await visit(browser, at.server.base, { headers: { "x-user": user }, ...look });
    visits.push(come);
    return come;
  };
  return { at, come };
}

/** What axe has against the page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(`if (!window.axe) { ${AxeBuilder.source} }`);
  const found = (await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.flatMap((one) => one.nodes.map((node) => one.id + ": " + node.target.join(" ") + " " + node.failureSummary)))`,
  )) as string[];
  return found;
}
