import type { Run, Step, StepState } from "../api/schema.ts";
import { ended } from "../logic/follow.ts";
import { clock } from "../logic/format.ts";
import { useNow } from "../logic/use.ts";
import { useTexts } from "../texts/index.tsx";
import { Sign } from "./Badge.tsx";
import { Sentence } from "./Sentence.tsx";

/** What is done and what is under way: the listener, then the four composers together. */
export function Steps({ run }: { run: Run }) {
  const { texts } = useTexts();
  const listen = run.steps.find(({ name }) => name === "listen");
  const composers = run.steps.filter(({ name }) => name === "compose");
  const heard = listen?.state === "succeeded";
  return (
    <section className="steps panel" aria-labelledby="steps">
      <h2 id="steps" className="unseen">
        {texts.steps.title}
      </h2>
      <ol>
        <Line state={listen?.state ?? "waiting"} name={texts.steps.listen} step={listen}>
          {listen?.state === "failed"
            ? texts.steps.unheard
            : heard
              ? texts.steps.listened
              : texts.steps.listening}
        </Line>
        <Line state={together(composers)} name={texts.steps.compose}>
          {texts.steps.composing(run.results.length)}
        </Line>
      </ol>
      {!ended(run) && <progress value={run.progress} aria-label={texts.steps.title} />}
      {run.state === "waiting" && <p className="quiet">{texts.steps.queue}</p>}
      {!ended(run) && run.reason && <Sentence quiet>{run.reason}</Sentence>}
    </section>
  );
}

function Line(props: { state: StepState; name: string; step?: Step | undefined; children: string }) {
  const { texts } = useTexts();
  const { state, name, step, children } = props;
  return (
    <li data-state={state} aria-current={state === "running" ? "step" : undefined}>
      <Sign state={state} />
      <div>
        <strong>
          {name} <span className="unseen">{texts.steps[state]}</span>
        </strong>
        <span>
          {children}
          {step && <Took step={step} />}
        </span>
      </div>
    </li>
  );
}

/** How long a step has run, or took. */
export function Took({ step }: { step: Step }) {
  const { texts } = useTexts();
  const now = useNow(step.state === "running");
  if (!step.started) return null;
  const until = step.ended ? Date.parse(step.ended) : now;
  const time = clock((until - Date.parse(step.started)) / 1000);
  // Each second would be read out otherwise.
  return (
    <span className="took" aria-hidden={!step.ended}>
      {step.ended ? texts.steps.took(time) : texts.steps.since(time)}
    </span>
  );
}

/** One state for all composers: as long as one is at work they are. */
export function together(steps: readonly Step[]): StepState {
  const has = (state: StepState) => steps.some((step) => (step.state ?? "waiting") === state);
  if (has("running")) return "running";
  if (has("waiting") || steps.length === 0) return has("succeeded") || has("failed") ? "running" : "waiting";
  return has("failed") ? "failed" : "succeeded";
}
