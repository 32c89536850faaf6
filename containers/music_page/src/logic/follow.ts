import { Failure } from "../api/failure.ts";
import type { Run } from "../api/schema.ts";

/** What is known about a run: the last answer, and why there is no newer one. */
export interface Seen {
  run: Run | null;
  failure: Failure | null;
}

const SHORTEST = 1000;
const LONGEST = 8000;
const LONGEST_AWAY = 30_000;
const GROWTH = 1.4;

export const ended = (run: Run) => ["succeeded", "failed", "stopped"].includes(run.state);

/** A session that has ended and a run that is not there do not come back by asking again. */
const hopeless = ({ cause, status }: Failure) =>
  cause.kind === "session" || (status !== null && status >= 400 && status < 500 && status !== 429);

/**
 * Ask for a run until it has ended, and tell each answer; the returned function ends it.
 *
 * It asks soon after a change and ever less while nothing happens, not at all while nobody looks,
 * and at once when somebody looks again or the network is back.
 */
export function follow(read: () => Promise<Run>, tell: (seen: Seen) => void): () => void {
  let seen: Seen = { run: null, failure: null };
  let wait = SHORTEST;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let over = false;

  async function ask() {
    clearTimeout(timer);
    if (asking || over || document.hidden) return;
    asking = true;
    const before = seen;
    try {
      seen = { run: await read(), failure: null };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      seen = { run: before.run, failure: error };
    } finally {
      asking = false;
    }
    if (over) return;
    tell(seen);
    over = seen.failure ? hopeless(seen.failure) : seen.run !== null && ended(seen.run);
    const changed = JSON.stringify(before) !== JSON.stringify(seen);
    wait = changed ? SHORTEST : Math.min(wait * GROWTH, seen.failure ? LONGEST_AWAY : LONGEST);
    if (!over) timer = setTimeout(ask, wait);
  }

  const now = () => void ask();
  document.addEventListener("visibilitychange", now);
  addEventListener("online", now);
  now();
  return () => {
    over = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", now);
    removeEventListener("online", now);
  };
}
