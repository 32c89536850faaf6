import { Failure, problemOf } from "./failure.ts";
import type { Choice, CreatedRun, Me, NewRun, Result, Results, Run, RunAgain, RunPage } from "./schema.ts";

/** What a result's own document says of it. */
export interface Facts {
  readonly seconds: number;
  readonly emotions: readonly string[];
  readonly peaks: readonly number[];
}

export type { Me, Result, Run };

/** The API's calls, on the page's own origin. */
export const api = {
  me: () => send<Me>("GET", "/me"),
  start: (file: File, type: string) =>
    send<CreatedRun>("POST", "/runs", {
      filename: file.name,
      bytes: file.size,
      content_type: type,
    } satisfies NewRun),
  runs: (next: string | null = null) =>
    send<RunPage>("GET", next ? `/runs?cursor=${encodeURIComponent(next)}` : "/runs"),
  run: (id: string) => send<Run>("GET", at(id)),
  results: (id: string) => send<Results>("GET", `${at(id)}/results`),
  choose: (id: string, result: number) =>
    send<Choice>("PUT", `${at(id)}/choice`, { result } satisfies Choice),
  again: (id: string) => send<RunAgain>("POST", `${at(id)}/again`),
  remove: (id: string) => send<void>("DELETE", at(id)),
};

const at = (id: string) => `/runs/${encodeURIComponent(id)}`;

async function send<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await reach(path, {
    method,
    // Also without a body: no form of another site can send this type, and the API asks for it.
    headers: { accept: "application/json", ...(method !== "GET" && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
    // A load balancer whose session has ended leads to another site: that is no answer.
    redirect: "manual",
    cache: "no-store",
  });
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new Failure({ kind: "session" });
  if (!answer.ok) throw new Failure({ kind: "problem", problem: await problemOf(answer) });
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** Read what a result's document says, from the bucket. */
export async function factsAt(url: string): Promise<Facts> {
  const answer = await reach(url, { credentials: "omit" });
  if (!answer.ok) throw new Failure({ kind: "storage", status: answer.status });
  return (await answer.json()) as Facts;
}

async function reach(url: string, asked: RequestInit): Promise<Response> {
  try {
    return await fetch(url, asked);
  } catch {
    throw new Failure({ kind: "offline" });
  }
}
