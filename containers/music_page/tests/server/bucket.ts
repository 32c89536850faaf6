import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { facts, tone } from "./media.ts";

const SECONDS = 12;

/** What a bucket does for the page: takes one PUT of the size that was signed, and gives with ranges. */
export class Bucket {
  /** Bytes that have arrived, by run. */
  readonly taken = new Map<string, number>();
  /** Uploads are broken off after so many bytes. */
  breakAfter = Number.POSITIVE_INFINITY;
  /** Links of an earlier period than this one have ended. */
  period = 0;
  /** A video for all results, where a tone alone is not enough to look at. */
  video: { type: string; bytes: Buffer } | null = null;
  origin = "";
  readonly server = createServer((request, response) => this.#answer(request, response));
  readonly #arrived: (run: string) => void;
  readonly #size: (run: string) => number | undefined;

  constructor(arrived: (run: string) => void, size: (run: string) => number | undefined) {
    this.#arrived = arrived;
    this.#size = size;
  }

  url(run: string, name: string): string {
    return `${this.origin}/runs/${run}/${name}?period=${this.period}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://bucket");
    const [, run = "", name = ""] = /^\/runs\/(\w+)\/(.+)$/.exec(pathname) ?? [];
    response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
    response.setHeader("access-control-allow-headers", "content-type");
    response.setHeader("access-control-allow-methods", "GET, PUT");
    if (pathname === "/login")
      return response.setHeader("content-type", "text/html").end("<h1>Who are you?</h1>");
    if (request.method === "OPTIONS") return response.end();
    if (request.method === "PUT") return this.#take(run, request, response);
    if (Number(searchParams.get("period")) < this.period) return response.writeHead(403).end();
    const seed = 41 + Number(/output\/(\d)/.exec(name)?.[1] ?? 0);
    if (name.endsWith(".json")) {
      return response.setHeader("content-type", "application/json").end(JSON.stringify(facts(seed, SECONDS)));
    }
    const film = name.endsWith(".mp4") ? this.video : null;
    give(request, response, film ?? { type: "audio/wav", bytes: tone(seed, SECONDS) });
  }

  #take(run: string, request: IncomingMessage, response: ServerResponse) {
    let bytes = 0;
    const size = this.#size(run);
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      this.taken.set(run, bytes);
      if (bytes > this.breakAfter) request.destroy();
    });
    request.on("end", () => {
      if (bytes !== size) return response.writeHead(403).end();
      this.#arrived(run);
      response.end();
    });
  }
}

/** Give all, or the part that was asked for: a player seeks by it. */
function give(
  request: IncomingMessage,
  response: ServerResponse,
  { type, bytes }: { type: string; bytes: Buffer },
) {
  const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "") ?? [];
  response.setHeader("content-type", type).setHeader("accept-ranges", "bytes");
  if (from === undefined) return response.end(bytes);
  const last = to ? Number(to) : bytes.length - 1;
  response.setHeader("content-range", `bytes ${from}-${last}/${bytes.length}`);
  response.writeHead(206).end(bytes.subarray(Number(from), last + 1));
}
