import { useState } from "react";
import { api } from "../api/client.ts";
import { Failure } from "../api/failure.ts";
import type { Run } from "../api/schema.ts";
import { addressOf, go, HOME } from "../logic/route.ts";
import { neverUploaded, ofTheVideo } from "../logic/sentences.ts";
import { useTexts } from "../texts/index.tsx";
import { Drop } from "./Drop.tsx";
import { Notice } from "./Notice.tsx";
import { Sentence } from "./Sentence.tsx";

/** Why a run ended without all results, with the offer to start again. */
export function Ending({ run }: { run: Run }) {
  const { texts } = useTexts();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const failed = run.state === "failed";
  const hopeless = ofTheVideo(run.reason);
  if (!failed && run.state !== "stopped") return null;

  async function again() {
    setBusy(true);
    setFailure(null);
    try {
      go(addressOf((await api.again(run.id)).id));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <section className="ending panel" data-state={run.state} aria-labelledby="ending">
      <h2 id="ending">{failed ? texts.run.reason : texts.run.stopped}</h2>
      <Sentence>
        {run.reason ?? (failed ? "the run ended badly, and did not say why" : "the step was stopped")}
      </Sentence>
      {run.results.length > 0 && <p>{texts.run.partial}</p>}
      {failure && <Notice failure={failure} />}
      {!failed || neverUploaded(run.reason) ? (
        <Drop begun={(id) => go(addressOf(id))} />
      ) : (
        <div className="actions">
          {hopeless && (
            <a className="button primary" href={HOME}>
              {texts.run.other}
            </a>
          )}
          <button type="button" className={hopeless ? "" : "primary"} disabled={busy} onClick={again}>
            {texts.run.again}
          </button>
        </div>
      )}
    </section>
  );
}
