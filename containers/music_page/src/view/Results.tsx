import { useRef, useState } from "react";
import { api } from "../api/client.ts";
import { Failure } from "../api/failure.ts";
import type { Run } from "../api/schema.ts";
import { ended } from "../logic/follow.ts";
import { useVersions } from "../logic/use.ts";
import { useTexts } from "../texts/index.tsx";
import { useSay } from "./Announcing.tsx";
import { Card } from "./Card.tsx";
import { Emotions } from "./Emotions.tsx";
import { Notice } from "./Notice.tsx";
import { Unmade } from "./Unmade.tsx";

const VERSIONS = [1, 2, 3, 4];

/** The four versions side by side, each a place that is filled when it is composed; one is chosen. */
export function Results({ run }: { run: Run }) {
  const { texts } = useTexts();
  const say = useSay();
  const { versions, failure, renew } = useVersions(run.id, run.results);
  const [playing, setPlaying] = useState<number | null>(null);
  const [choice, setChoice] = useState(run.choice ?? null);
  const [refused, setRefused] = useState<Failure | null>(null);
  const saving = useRef(Promise.resolve());

  /** Arrow keys choose faster than answers come: they are kept in order, and the last one stays. */
  function choose(n: number) {
    const before = choice;
    setChoice(n);
    setRefused(null);
    saving.current = saving.current.then(async () => {
      try {
        await api.choose(run.id, n);
        say(texts.results.saved(n));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        setChoice((now) => (now === n ? before : now));
        setRefused(error);
      }
    });
  }

  const any = run.results.length > 0;
  return (
    <section className="results" aria-labelledby="results">
      <div className="head">
        <h2 id="results">{any ? texts.results.title : texts.results.soon}</h2>
        {versions[0] && <Emotions heard={versions[0].facts.emotions} />}
      </div>
      {failure && <Notice failure={failure} retry={renew} />}
      {refused && <Notice failure={refused} />}
      <div className="cards" {...(any && { role: "radiogroup", "aria-labelledby": "results" })}>
        {VERSIONS.map((n) => {
          const version = versions.find((one) => one.result === n);
          return version ? (
            <Card
              key={n}
              version={version}
              playing={playing === n}
              play={(on) => setPlaying((now) => (on ? n : now === n ? null : now))}
              renew={renew}
              chosen={choice === n}
              choose={() => choose(n)}
            />
          ) : (
            <Unmade
              key={n}
              n={n}
              step={run.steps.find((step) => step.name === "compose" && step.result === n)}
              listened={run.steps.some((step) => step.name === "listen" && step.state === "succeeded")}
              over={ended(run) && !run.results.includes(n)}
            />
          );
        })}
      </div>
    </section>
  );
}
