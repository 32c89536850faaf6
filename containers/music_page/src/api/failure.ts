/** What a problem document of the API says (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
}

/** Why something asked of the API or the bucket did not happen. */
export type Cause =
  | { kind: "offline" }
  | { kind: "session" }
  | { kind: "storage"; status: number }
  | { kind: "problem"; problem: Problem };

/** The one error that the page shows; anything else is a fault of the page. */
export class Failure extends Error {
  override readonly cause: Cause;

  constructor(cause: Cause) {
    super(cause.kind === "problem" ? cause.problem.detail || cause.problem.title : cause.kind);
    this.cause = cause;
  }

  get status(): number | null {
    if (this.cause.kind === "problem") return this.cause.problem.status;
    return this.cause.kind === "storage" ? this.cause.status : null;
  }
}

/** Read the problem document of an answer; a proxy on the way may have answered something else. */
export async function problemOf(answer: Response): Promise<Problem> {
  const fallback = {
    type: "about:blank",
    title: answer.statusText || `HTTP ${answer.status}`,
    status: answer.status,
    detail: "",
  };
  if (!answer.headers.get("content-type")?.includes("json")) return fallback;
  try {
    const said: unknown = await answer.json();
    if (typeof said !== "object" || said === null) return fallback;
    const texts = Object.entries(said).filter(
      ([name, value]) => name in fallback && typeof value === typeof fallback[name as keyof Problem],
    );
    return { ...fallback, ...Object.fromEntries(texts) };
  } catch {
    return fallback;
  }
}
