import { useState } from "react";
import { api } from "../api/client.ts";
import { Failure } from "../api/failure.ts";
import { percent, size } from "../logic/format.ts";
import { addressOf, go, HOME } from "../logic/route.ts";
import { type Upload, uploads } from "../logic/uploads.ts";
import { useTexts } from "../texts/index.tsx";
import { Drop } from "./Drop.tsx";
import { Notice } from "./Notice.tsx";

/** A run whose video is not there yet: on its way, stopped half-way, or sent from somewhere else. */
export function Uploading({ id, upload }: { id: string; upload: Upload | undefined }) {
  const { texts, language } = useTexts();
  const [failure, setFailure] = useState<Failure | null>(null);

  /** The run that the video never reached is replaced by the one that it goes to now. */
  const replaced = (by: string) => {
    uploads.stop(id);
    api.remove(id).catch(() => {});
    go(addressOf(by), { instead: true });
  };
  async function attempt(work: () => Promise<void>) {
    setFailure(null);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
    }
  }
  const cancel = () =>
    attempt(async () => {
      uploads.stop(id);
      await api.remove(id);
      go(HOME);
    });

  if (!upload) {
    return (
      <section className="uploading">
        <h2>{texts.upload.elsewhere}</h2>
        <p className="quiet">{texts.upload.elsewhereWhy}</p>
        <Drop begun={replaced} />
      </section>
    );
  }
  const { file, type, sent, state } = upload;
  return (
    <section className="uploading panel">
      <h2>{state === "failed" ? texts.upload.failed : texts.upload.title}</h2>
      {state !== "failed" && (
        <>
          <progress max={file.size} value={sent} aria-label={texts.upload.title} />
          <p className="figures">
            <strong>{percent(sent / file.size, language)}</strong>
            <span>{texts.upload.of(size(sent, language), size(file.size, language))}</span>
          </p>
        </>
      )}
      {state === "sent" && <p role="status">{texts.upload.done}</p>}
      {state === "sending" && <p className="quiet">{texts.upload.stay}</p>}
      {upload.failure?.cause.kind === "offline" && <p role="alert">{texts.upload.lost}</p>}
      {upload.failure && upload.failure.cause.kind !== "offline" && <Notice failure={upload.failure} />}
      {failure && <Notice failure={failure} />}
      <div className="actions">
        {state === "failed" && (
          <button
            type="button"
            className="primary"
            onClick={() => attempt(async () => replaced(await uploads.begin(file, type)))}
          >
            {texts.upload.retry}
          </button>
        )}
        {state !== "sent" && (
          <button type="button" onClick={cancel}>
            {texts.upload.cancel}
          </button>
        )}
      </div>
    </section>
  );
}
