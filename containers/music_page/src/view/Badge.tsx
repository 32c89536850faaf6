import type { State } from "../api/schema.ts";
import { useTexts } from "../texts/index.tsx";

/** The state of a run in a word. */
export function Badge({ state }: { state: State }) {
  const { texts } = useTexts();
  return (
    <span className="badge" data-state={state}>
      <Sign state={state === "uploading" ? "running" : state} />
      {texts.state[state]}
    </span>
  );
}

type Signed = Exclude<State, "uploading">;

const SIGNS: Record<Signed, string> = {
  waiting: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 1 0 0-11",
  running: "M8 2.5a5.5 5.5 0 1 1-5.5 5.5",
  succeeded: "M3 8.5 6.5 12 13 4.5",
  failed: "M4 4l8 8M12 4l-8 8",
  stopped: "M4.5 4.5h7v7h-7z",
};

/** The same as a drawing, so that no state is told by colour alone. */
export function Sign({ state }: { state: Signed }) {
  return (
    <svg className="sign" data-state={state} viewBox="0 0 16 16" aria-hidden="true">
      <path d={SIGNS[state]} />
    </svg>
  );
}
