import { api } from "../api/client.ts";
import { Failure } from "../api/failure.ts";
import { put } from "../api/put.ts";
import type { Upload as Target } from "../api/schema.ts";

/** A video on its way from this tab; another tab, or this one after a reload, cannot go on with it. */
export interface Upload {
  file: File;
  type: string;
  sent: number;
  state: "sending" | "sent" | "failed";
  failure: Failure | null;
}

/** The uploads of this tab by the ids of their runs. They go on while another part of the page is shown. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();
  readonly #stops = new Map<string, AbortController>();
  readonly #listeners = new Set<() => void>();

  /** Make a run of a file and begin to send it; the answer is the run's id, long before all is sent. */
  async begin(file: File, type: string): Promise<string> {
    const { id, upload } = await api.start(file, type);
    void this.#send(id, upload, file, type);
    return id;
  }

  get(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }

  get sending(): boolean {
    return [...this.#uploads.values()].some((one) => one.state === "sending");
  }

  /** Send no more of it, and forget it. */
  stop(id: string) {
    this.#stops.get(id)?.abort();
    this.#uploads.delete(id);
    this.#tell();
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async #send(id: string, target: Target, file: File, type: string) {
    const stop = new AbortController();
    this.#stops.set(id, stop);
    this.#set(id, { file, type, sent: 0, state: "sending", failure: null });
    try {
      await put(target, file, (sent) => this.#change(id, { sent }), stop.signal);
      this.#change(id, { state: "sent", sent: file.size });
    } catch (failure) {
      if (failure instanceof Failure) this.#change(id, { state: "failed", failure });
    } finally {
      this.#stops.delete(id);
    }
  }

  #change(id: string, change: Partial<Upload>) {
    const upload = this.#uploads.get(id);
    if (upload) this.#set(id, { ...upload, ...change });
  }

  #set(id: string, upload: Upload) {
    this.#uploads.set(id, upload);
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}

export const uploads = new Uploads();
