import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import type { NewRun } from "../../src/api/schema.ts";
import { Bucket } from "./bucket.ts";
import { against } from "./contract.ts";
import { type Kept, LAST_STAGE, newRun, standing } from "./runs.ts";

const PAGE = new URL("../../dist/", import.meta.url);
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const TITLES: Record<number, string> = {
  404: "Not Found",
  409: "Conflict",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

/** The page with an API as openapi.json has it, for as many people as there are; each answer is checked. */
export class Played {
  /** Milliseconds for each stage of a run. */
  pace = 150;
  /** The stage that no run goes past. */
  hold = LAST_STAGE;
  mostBytes = 1 << 30;
  openRuns = 3;
  /** Nobody is signed in any more: as a load balancer that asks to sign in, or as one that refuses. */
  signedOut: "redirect" | "refuse" | null = null;
  /** How the next requests to the API end, instead of well. */
  trouble: { status: number; detail: string } | null = null;
  /** What the API's document has against what was answered. */
  readonly wrong: string[] = [];
  readonly asked: string[] = [];
  readonly runs = new Map<string, Kept>();
  readonly bucket = new Bucket(
    (run) => this.#arrive(run),
    (run) => this.runs.get(run)?.bytes,
  );
  base = "";
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start() {
    this.bucket.origin = await listening(this.bucket.server);
    this.base = `${await listening(this.#server)}/`;
    return this;
  }

  async stop() {
    for (const server of [this.#server, this.bucket.server]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  #arrive(run: string) {
    const kept = this.runs.get(run);
    if (kept) kept.uploaded = Date.now();
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.base);
    const method = request.method ?? "GET";
    if (/^\/(runs|me)\b/.test(pathname)) this.asked.push(`${method} ${pathname}`);
    if (this.signedOut === "redirect")
      return response.writeHead(302, { location: `${this.bucket.origin}/login` }).end();
    if (!/^\/(runs|me)\b/.test(pathname)) return this.#file(pathname, response);
    const body = await text(request);
    const typed = request.headers["content-type"] === "application/json";
    const [status, said] =
      method !== "GET" && !typed
        ? problem(415, "the body has to be JSON")
        : this.#api(method, pathname, searchParams, body, owner(request));
    const found = against(method, pathname, status, said);
    if (found) this.wrong.push(found);
    const type = status < 400 ? "application/json" : "application/problem+json";
    response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
    response.end(said === undefined ? "" : JSON.stringify(said));
  }

  #api(method: string, path: string, query: URLSearchParams, body: string, who: string): [number, unknown?] {
    if (this.signedOut) return problem(401, "this request did not come through the load balancer");
    if (this.trouble) return problem(this.trouble.status, this.trouble.detail);
    const own = [...this.runs.values()].filter((run) => run.owner === who).toReversed();
    if (path === "/me") return [200, { name: who, most_bytes: this.mostBytes, open_runs: this.openRuns }];
    if (path === "/runs" && method === "POST") return this.#begin(who, own, JSON.parse(body));
    if (path === "/runs") {
      const from = own.findIndex((run) => run.id === query.get("cursor")) + 1;
      const shown = own.slice(from, from + 20);
      return [
        200,
        { runs: shown.map((run) => this.#look(run)), next: from + 20 < own.length ? shown.at(-1)?.id : null },
      ];
    }
    const [, , id = "", part = ""] = path.split("/");
    const kept = own.find((run) => run.id === id);
    if (!kept) return problem(404, "you have no such run");
    if (part === "results") return [200, this.#results(kept)];
    if (part === "choice") {
      const choice = JSON.parse(body);
      kept.choice = choice.result;
      return [200, choice];
    }
    if (part === "again") {
      if (this.#look(kept).state !== "failed")
        return problem(409, "only a run that failed can be begun again");
      const made = { ...newRun(who, kept.filename, kept.bytes), fate: "well" as const, uploaded: Date.now() };
      this.runs.set(made.id, made);
      return [202, { id: made.id }];
    }
    if (method !== "DELETE") return [200, this.#look(kept)];
    this.runs.delete(id);
    return [204];
  }

  #look = (kept: Kept) => standing(kept, this.pace, this.hold);

  #begin(who: string, own: Kept[], { filename, bytes, content_type }: NewRun): [number, unknown] {
    const open = own.filter((run) => ["uploading", "waiting", "running"].includes(this.#look(run).state));
    if (open.length >= this.openRuns)
      return problem(429, `you have ${this.openRuns} open runs, as many as there may be`);
    const kept = newRun(who, filename, bytes);
    this.runs.set(kept.id, kept);
    const upload = {
      method: "PUT",
      url: this.bucket.url(kept.id, "input/video"),
      headers: { "content-type": content_type ?? "application/octet-stream" },
    };
    return [202, { id: kept.id, upload, expires: new Date(Date.now() + 3_600_000).toISOString() }];
  }

  #results(kept: Kept) {
    const results = this.#look(kept).results.map((result) => ({
      result,
      video: this.bucket.url(kept.id, `output/${result}/video.mp4`),
      download: `${this.bucket.url(kept.id, `output/${result}/video.mp4`)}&download`,
      music: this.bucket.url(kept.id, `output/${result}/music.flac`),
      peaks: this.bucket.url(kept.id, `output/${result}/result.json`),
    }));
    return { results, expires: new Date(Date.now() + 3_600_000).toISOString() };
  }

  async #file(path: string, response: ServerResponse) {
    const name = path === "/" ? "index.html" : path.slice(1);
    try {
      const content = await readFile(new URL(name, PAGE));
      response.setHeader("content-security-policy", policy(this.bucket.origin));
      response.setHeader("content-type", TYPES[extname(name)] ?? "application/octet-stream").end(content);
    } catch {
      response.writeHead(404).end();
    }
  }
}

/** As docs/music/page.md has it. */
const policy = (bucket: string) =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src ${bucket}; connect-src 'self' ${bucket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const problem = (status: number, detail: string): [number, unknown] => [
  status,
  { type: "about:blank", title: TITLES[status] ?? "Error", status, detail },
];

/** Who asks, as a load balancer would say it. */
const owner = (request: IncomingMessage) => String(request.headers["x-user"] ?? "nobody");

async function text(request: IncomingMessage): Promise<string> {
  let read = "";
  for await (const chunk of request) read += chunk;
  return read;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
