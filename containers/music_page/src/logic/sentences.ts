import type { Texts } from "../texts/en.ts";

type Known = keyof Texts["sentence"];

/** How sentences begin that the API and the steps of a run have for a person, by who says them. */
export const SENTENCES: Record<string, Record<string, Known>> = {
  step: {
    "This file is no video that can be read": "unreadable",
    "Something that this step needs is missing here": "ours",
    "This step could not be done": "ours",
  },
  listener: {
    "Nobody speaks in the first": "speechless",
    "This file has no moving picture": "pictureless",
    "This video has no sound": "soundless",
    "This video has no length": "unreadable",
  },
  composer: {
    "There is no picture in this file": "pictureless",
  },
  music_api: {
    "the step needed more memory than it may have": "heavy",
    "the step took longer than it may": "slow",
    "the step was stopped": "stopped",
    "somebody stopped this run": "stopped",
    "the step lost its machine": "machine",
    "the step's program could not be fetched": "ours",
    "the step ended unexpectedly with exit code": "ours",
    "the step ended badly, and did not say why": "ours",
    "the run ended badly, and did not say why": "ours",
    "the video was not uploaded in time": "late",
    "it is not known how this run ended": "lost",
    "the cluster does not answer now": "cluster",
    "only a run that failed can be begun again": "notFailed",
    "the video of this run is not there": "late",
    "you have no such run": "gone",
    "this run has no result": "unmade",
  },
};

const BEGINNINGS = Object.values(SENTENCES).flatMap(Object.entries) as [string, Known][];

/** What is said about a sentence in a person's language, or the sentence itself as English. */
export function translated(sentence: string, texts: Texts): { text: string; lang?: "en" } {
  const known = BEGINNINGS.find(([beginning]) => sentence.startsWith(beginning));
  if (known) return { text: texts.sentence[known[1]] };
  const whole = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  return { text: /[.!?]$/.test(whole) ? whole : `${whole}.`, lang: "en" };
}

const says = (sentence: string | null | undefined, ...what: Known[]) =>
  BEGINNINGS.some(([beginning, known]) => what.includes(known) && sentence?.startsWith(beginning));

/** Whether there is no video that a run could start again with. */
export const neverUploaded = (reason: string | null | undefined) => says(reason, "late");

/** Whether starting again would end the same. */
export const ofTheVideo = (reason: string | null | undefined) =>
  says(reason, "unreadable", "speechless", "soundless", "pictureless");
