import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../api/client.ts";
import { Failure } from "../api/failure.ts";
import type { Run } from "../api/schema.ts";
import { ended } from "../logic/follow.ts";
import { day } from "../logic/format.ts";
import { addressOf } from "../logic/route.ts";
import { useTexts } from "../texts/index.tsx";
import { Badge } from "./Badge.tsx";
import { Notice } from "./Notice.tsx";
import { Remove } from "./Remove.tsx";

const RENEW = 15_000;

/** A person's own runs, newest first; while the page is looked at it stays up to date. */
export function RunList() {
  const { texts, language } = useTexts();
  const [runs, setRuns] = useState<readonly Run[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [deep, setDeep] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  const load = useCallback(async (after: string | null = null) => {
    try {
      const page = await api.runs(after);
      setRuns((before) => [...((after && before) || []), ...page.runs]);
      setNext(page.next ?? null);
      setFailure(null);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
    }
  }, []);
  useEffect(() => void load(), [load]);

  // Nothing changes by itself in runs that have ended; whoever has opened further pages keeps them.
  const moves = !deep && (runs?.some((run) => !ended(run)) ?? false);
  useEffect(() => {
    if (!moves) return;
    const renew = () => {
      if (!document.hidden) void load();
    };
    const timer = setInterval(renew, RENEW);
    document.addEventListener("visibilitychange", renew);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", renew);
    };
  }, [load, moves]);

  const more = () => {
    setDeep(true);
    void load(next);
  };
  const removed = (id: string) => {
    setRuns((before) => before?.filter((run) => run.id !== id) ?? null);
    heading.current?.focus();
  };
  return (
    <section className="runs">
      <h2 ref={heading} tabIndex={-1}>
        {texts.runs.title}
      </h2>
      {failure && <Notice failure={failure} retry={load} />}
      {runs === null && !failure && <p className="quiet">{texts.runs.loading}</p>}
      {runs?.length === 0 && <p className="quiet">{texts.runs.none}</p>}
      {runs && runs.length > 0 && (
        <ul>
          {runs.map((run) => (
            <li key={run.id}>
              <a href={addressOf(run.id)}>{run.filename}</a>
              <span className="when">
                <time dateTime={run.created}>{day(run.created, language)}</time>
                {run.choice && <span>{texts.runs.chosen(run.choice)}</span>}
              </span>
              <Badge state={run.state} />
              <Remove run={run} removed={() => removed(run.id)} />
            </li>
          ))}
        </ul>
      )}
      {next && (
        <button type="button" onClick={more}>
          {texts.runs.more}
        </button>
      )}
    </section>
  );
}
