import { useId, useRef, useState } from "react";
import { api } from "../api/client.ts";
import { Failure } from "../api/failure.ts";
import type { Run } from "../api/schema.ts";
import { uploads } from "../logic/uploads.ts";
import { useTexts } from "../texts/index.tsx";
import { useSay } from "./Announcing.tsx";
import { Notice } from "./Notice.tsx";

interface Props {
  run: Run;
  removed: () => void;
}

/** A button that deletes a run once that was confirmed. */
export function Remove({ run, removed }: Props) {
  const { texts } = useTexts();
  const say = useSay();
  const dialog = useRef<HTMLDialogElement>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const inWork = ["uploading", "waiting", "running"].includes(run.state);

  async function remove() {
    setBusy(true);
    setFailure(null);
    uploads.stop(run.id);
    try {
      await api.remove(run.id);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // What another tab has deleted is gone as well.
      if (error.status !== 404) return setFailure(error);
    } finally {
      setBusy(false);
    }
    dialog.current?.close();
    say(texts.remove.done(run.filename));
    removed();
  }

  return (
    <>
      <button
        type="button"
        className="icon"
        aria-label={texts.runs.remove(run.filename)}
        onClick={() => dialog.current?.showModal()}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6" />
        </svg>
      </button>
      <dialog ref={dialog} aria-labelledby={`${id}-title`} aria-describedby={`${id}-why`}>
        <h2 id={`${id}-title`}>{texts.remove.title(run.filename)}</h2>
        <p id={`${id}-why`}>{inWork ? texts.remove.running : texts.remove.why}</p>
        {failure && <Notice failure={failure} />}
        <div className="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            {texts.remove.no}
          </button>
          <button type="button" className="danger" disabled={busy} onClick={remove}>
            {texts.remove.yes}
          </button>
        </div>
      </dialog>
    </>
  );
}
