import { randomBytes } from "node:crypto";
import type { Run, State, Step } from "../../src/api/schema.ts";

/** What becomes of a video, by a word in its name. */
const FATES = ["silent", "broken", "endless"] as const;
type Fate = (typeof FATES)[number] | "well";

const ORDER = [2, 1, 4, 3];
/** The stages of a run: waiting, listening, composing, then one result after the other. */
export const LAST_STAGE = 6;
const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

export interface Kept {
  id: string;
  owner: string;
  filename: string;
  bytes: number;
  created: number;
  uploaded: number | null;
  choice: number | null;
  fate: Fate;
}

export function newRun(owner: string, filename: string, bytes: number): Kept {
  const id = `m${[...randomBytes(25)].map((byte) => LETTERS[byte % 32]).join("")}`;
  const fate = FATES.find((word) => filename.includes(word)) ?? "well";
  return { id, owner, filename, bytes, created: Date.now(), uploaded: null, choice: null, fate };
}

/** How a run stands, that moves on one stage each `pace` milliseconds, up to the stage `hold`. */
export function standing(kept: Kept, pace: number, hold: number): Run {
  const since = kept.uploaded === null ? -1 : Math.floor((Date.now() - kept.uploaded) / pace);
  const stage = Math.min(since, kept.fate === "endless" ? 1 : hold, LAST_STAGE);
  const begun = (kept.uploaded ?? 0) + pace;
  const time = (at: number) => new Date(begun + (at - 1) * pace).toISOString();
  const reason =
    kept.fate === "silent"
      ? "Nobody speaks in the first 42 seconds of this video: the music is chosen by emotions"
      : "the step lost its machine";
  const listen: Step = { name: "listen", state: "waiting" };
  const steps = [
    listen,
    ...[1, 2, 3, 4].map((result): Step => ({ name: "compose", result, state: "waiting" })),
  ];
  const deaf = kept.fate === "silent" && stage >= 2;
  const results = deaf
    ? []
    : ORDER.slice(0, Math.max(0, stage - 2)).filter((n) => kept.fate !== "broken" || n !== 3);
  const made = steps.map((step): Step => {
    if (step.name === "listen") {
      const state = stage < 1 ? "waiting" : stage < 2 ? "running" : deaf ? "failed" : "succeeded";
      return {
        ...step,
        state,
        ...(stage > 0 && { started: time(1) }),
        ...(stage > 1 && { ended: time(2) }),
        ...(deaf && { reason }),
      };
    }
    if (stage < 2 || deaf) return step;
    const turn = 3 + ORDER.indexOf(step.result ?? 0);
    const over = stage >= turn;
    const lost = over && kept.fate === "broken" && step.result === 3;
    const state = over ? (lost ? "failed" : "succeeded") : "running";
    return { ...step, state, started: time(2), ...(over && { ended: time(turn) }), ...(lost && { reason }) };
  });
  const over = deaf || stage === LAST_STAGE;
  const failed = over && kept.fate !== "well";
  const state: State =
    stage < 0 ? "uploading" : over ? (failed ? "failed" : "succeeded") : stage === 0 ? "waiting" : "running";
  return {
    id: kept.id,
    filename: kept.filename,
    bytes: kept.bytes,
    created: new Date(kept.created).toISOString(),
    state,
    reason: failed ? reason : null,
    progress: over ? 1 : Math.max(0, stage) / LAST_STAGE,
    steps: made,
    results: results.toSorted((one, other) => one - other),
    choice: kept.choice,
    ended: over ? time(LAST_STAGE) : null,
  };
}
