// Made of containers/music_api/openapi.json by `npm run types`.

/** The result that a person has chosen. */
export interface Choice {
  /** Which of the four results */
  readonly result: number;
}

/** A run that waits for its video. */
export interface CreatedRun {
  readonly id: string;
  readonly upload: Upload;
  /** By then the upload must have begun */
  readonly expires: string;
}

/** Who asks, and what they may. */
export interface Me {
  /** Name or address, if the provider tells it */
  readonly name: string | null;
  /** How large a video may be */
  readonly most_bytes: number;
  /** How many runs may be open at once */
  readonly open_runs: number;
}

/** A video that is to be uploaded. */
export interface NewRun {
  readonly filename: string;
  /** The video's exact size, which is signed */
  readonly bytes: number;
  readonly content_type?: string;
}

/** Where one result is; the URLs open it for whoever has them, until they expire. */
export interface Result {
  /** Which of the four results */
  readonly result: number;
  readonly video: string;
  /** The video, for saving under a good name */
  readonly download: string;
  /** The music alone, as FLAC */
  readonly music: string | null;
  /** JSON: seed, seconds, emotions, peaks (256 numbers from 0 to 1) */
  readonly peaks: string;
}

/** The results that there are. */
export interface Results {
  readonly results: readonly (Result)[];
  readonly expires: string;
}

/** One upload and what became of it. */
export interface Run {
  readonly id: string;
  readonly filename: string;
  readonly bytes: number;
  readonly created: string;
  readonly state: State;
  /** Why it failed or what holds it up, in a sentence */
  readonly reason?: string | null;
  readonly progress: number;
  /** listen, then compose 1 to 4 */
  readonly steps: readonly (Step)[];
  /** Those that can be had already */
  readonly results: readonly (number)[];
  readonly choice?: number | null;
  readonly ended?: string | null;
}

/** The run that a failed one was begun again as, with a copy of its video. */
export interface RunAgain {
  readonly id: string;
}

/** Some of one's own runs, newest first. */
export interface RunPage {
  readonly runs: readonly (Run)[];
  /** The cursor of the next page; null on the last */
  readonly next?: string | null;
}

/** How a run stands. */
export type State = "uploading" | "waiting" | "running" | "succeeded" | "failed" | "stopped";

/** One step of a run. */
export interface Step {
  readonly name: "listen" | "compose";
  /** Which result it makes; null for listen */
  readonly result?: number | null;
  readonly state?: StepState;
  /** Why it failed, in a sentence */
  readonly reason?: string | null;
  readonly started?: string | null;
  readonly ended?: string | null;
}

/** How a step of a run stands. */
export type StepState = "waiting" | "running" | "succeeded" | "failed";

/** The one request that uploads the video; the run starts by itself when it is done. */
export interface Upload {
  readonly method?: "PUT";
  readonly url: string;
  /** To be sent as they are; Content-Length is signed as well */
  readonly headers: Readonly<Record<string, string>>;
}

/** What went wrong (RFC 9457). */
export interface Problem {
  readonly type?: string;
  /** The status in words */
  readonly title: string;
  readonly status: number;
  /** One sentence for the person */
  readonly detail: string;
}
