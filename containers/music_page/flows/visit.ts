import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** Who looks at the page, and how. */
export interface Visitor extends BrowserContextOptions {
  /** What a load balancer would add to each request for the page and the API. */
  headers?: Record<string, string>;
}

/** A browser window of one person, which keeps what went wrong in it. */
export interface Visit {
  page: Page;
  context: BrowserContext;
  base: string;
  /** Errors of the page, and what its Content-Security-Policy refused. */
  faults: string[];
  /** Where its requests went. */
  origins: Set<string>;
}

export async function visit(
  browser: Browser,
  base: string,
  { headers, ...look }: Visitor = {},
): Promise<Visit> {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Asia/Seoul", ...look });
  const { origin } = new URL(base);
  if (headers) {
    // On the page's origin only: the bucket must not see who asks.
    await context.route(
      (url) => url.origin === origin,
      (route, request) => route.continue({ headers: { ...request.headers(), ...headers } }),
    );
  }
  // A machine that does other work too is slow, and that is no fault of the page.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const faults: string[] = [];
  const origins = new Set<string>();
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    // The browser itself reports each answer that is an error, and those the page shows.
    const answered = /^Failed to load resource/.test(message.text());
    if (message.type() === "error" && !answered) faults.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("blob:")) origins.add(new URL(request.url()).origin);
  });
  await page.goto(base);
  return { page, context, base, faults, origins };
}
