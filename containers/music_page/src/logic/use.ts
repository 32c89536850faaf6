import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { api, type Facts, factsAt } from "../api/client.ts";
import { Failure } from "../api/failure.ts";
import type { Result, Run } from "../api/schema.ts";
import { follow } from "./follow.ts";
import { type Upload, uploads } from "./uploads.ts";

/** The upload of a run that goes on in this tab. */
export function useUpload(id: string): Upload | undefined {
  return useSyncExternalStore(uploads.subscribe, () => uploads.get(id));
}

/** A run as it comes along; `again` asks anew, also for one that has ended, and a new `turn` does. */
export function useRun(id: string, turn: string | undefined) {
  const [run, setRun] = useState<Run | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [turns, setTurns] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn asks anew
  useEffect(
    () =>
      follow(
        () => api.run(id),
        (seen) => {
          if (seen.run) setRun(seen.run);
          setFailure(seen.failure);
        },
      ),
    [id, turn, turns],
  );
  const again = useCallback(() => setTurns((before) => before + 1), []);
  return { run, failure, again };
}

/** A result with what its own document says; that never changes, its links do. */
export interface Version extends Result {
  readonly facts: Facts;
}

/** Links are renewed this long before they end. */
const EARLY = 5 * 60_000;

/** The results that a run has so far, with links to play and download them that have not ended. */
export function useVersions(id: string, made: readonly number[]) {
  const [versions, setVersions] = useState<readonly Version[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const known = useRef(new Map<number, Facts>());
  const ends = useRef(0);
  const names = made.join();

  const renew = useCallback(async () => {
    try {
      const { results, expires } = await api.results(id);
      ends.current = Date.parse(expires);
      const facts = (one: Result) => known.current.get(one.result) ?? factsAt(one.peaks);
      const found = await Promise.all(results.map(async (one) => ({ ...one, facts: await facts(one) })));
      for (const one of found) known.current.set(one.result, one.facts);
      setVersions(found);
      setFailure(null);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
    }
  }, [id]);

  useEffect(() => {
    if (!names) return;
    void renew();
    const look = () => {
      if (!document.hidden && Date.now() > ends.current - EARLY) void renew();
    };
    const timer = setInterval(look, 60_000);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [renew, names]);
  return { versions, failure, renew };
}

/** The time in milliseconds, each second while something is under way. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
