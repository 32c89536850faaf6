import { useEffect, useRef } from "react";
import type { Run } from "../api/schema.ts";
import { ended } from "../logic/follow.ts";
import { day } from "../logic/format.ts";
import { go, HOME } from "../logic/route.ts";
import { useRun, useUpload } from "../logic/use.ts";
import { useTexts } from "../texts/index.tsx";
import { useSay } from "./Announcing.tsx";
import { Badge } from "./Badge.tsx";
import { Ending } from "./Ending.tsx";
import { Heading } from "./Heading.tsx";
import { Notice } from "./Notice.tsx";
import { Remove } from "./Remove.tsx";
import { Results } from "./Results.tsx";
import { Steps } from "./Steps.tsx";
import { Uploading } from "./Uploading.tsx";

/** One run, from its upload to the choice. */
export function RunPage({ id }: { id: string }) {
  const { texts, language } = useTexts();
  const upload = useUpload(id);
  const { run, failure, again } = useRun(id, upload?.state);
  const gone = failure?.status === 404;
  const shown = gone ? null : run;
  useChanges(run);
  return (
    <div className="run">
      <a className="back" href={HOME}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M10 3 5 8l5 5" />
        </svg>
        {texts.run.back}
      </a>
      <div className="about">
        <Heading>{gone ? texts.run.gone : (run?.filename ?? texts.run.one)}</Heading>
        {shown && (
          <>
            <Remove run={shown} removed={() => go(HOME)} />
            <p>
              <Badge state={shown.state} />
              <span className="quiet">{texts.run.added(day(shown.created, language))}</span>
            </p>
          </>
        )}
      </div>
      {gone && <p className="quiet">{texts.run.goneWhy}</p>}
      {failure && !gone && <Notice failure={failure} retry={again} />}
      {!run && !failure && <p className="quiet">{texts.run.loading}</p>}
      {shown?.state === "uploading" && <Uploading id={id} upload={upload} />}
      {shown && shown.state !== "uploading" && (
        <>
          <Ending run={shown} />
          {shown.state !== "succeeded" && <Steps run={shown} />}
          {(shown.results.length > 0 || !ended(shown)) && <Results run={shown} />}
        </>
      )}
    </div>
  );
}

/** Say what has changed to those who do not see it. */
function useChanges(run: Run | null) {
  const { texts } = useTexts();
  const say = useSay();
  const before = useRef<Run | null>(null);
  useEffect(() => {
    const [old, now] = [before.current, run];
    before.current = run;
    if (!old || !now) return;
    const fresh = now.results.filter((n) => !old.results.includes(n)).map(texts.results.ready);
    const heard = old.results.length === 0 && listened(now) && !listened(old) ? [texts.steps.listened] : [];
    const state = old.state === now.state ? [] : [texts.state[now.state]];
    const said = [...state, ...heard, ...fresh].join(" ");
    if (said) say(said);
  }, [run, say, texts]);
}

const listened = (run: Run) =>
  run.steps.some(({ name, state }) => name === "listen" && state === "succeeded");
