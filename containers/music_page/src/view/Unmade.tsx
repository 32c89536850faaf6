import type { Step } from "../api/schema.ts";
import { useTexts } from "../texts/index.tsx";
import { Sign } from "./Badge.tsx";
import { Sentence } from "./Sentence.tsx";
import { Took } from "./Steps.tsx";

interface Props {
  n: number;
  step: Step | undefined;
  listened: boolean;
  over: boolean;
}

/** The place of a version that is not there, or not yet. */
export function Unmade({ n, step, listened, over }: Props) {
  const { texts } = useTexts();
  const running = step?.state === "running" && !over;
  const failed = step?.state === "failed";
  const word = failed
    ? texts.results.failed
    : over
      ? texts.results.missing
      : running
        ? texts.results.composing
        : listened
          ? texts.results.next
          : texts.results.waiting;
  return (
    <article
      className="card unmade"
      data-state={failed ? "failed" : running ? "running" : "waiting"}
      aria-labelledby={`version-${n}`}
    >
      <h3 id={`version-${n}`}>{texts.results.version(n)}</h3>
      <div className="screen" aria-hidden="true">
        {failed ? <Sign state="failed" /> : <i className="pulse" />}
      </div>
      <p>
        {word}
        {running && <Took step={step} />}
      </p>
      {failed && step.reason && <Sentence quiet>{step.reason}</Sentence>}
    </article>
  );
}
