import { type ChangeEvent, type DragEvent, useId, useState } from "react";
import { Failure } from "../api/failure.ts";
import { ACCEPT, judge } from "../logic/files.ts";
import { size } from "../logic/format.ts";
import { uploads } from "../logic/uploads.ts";
import { useTexts } from "../texts/index.tsx";
import { useMe } from "./Knowing.tsx";
import { Notice } from "./Notice.tsx";

/** Where a video is chosen or dropped; what cannot be used is said before anything is sent. */
export function Drop({ begun }: { begun: (id: string) => void }) {
  const { texts, language } = useTexts();
  const [over, setOver] = useState(false);
  const [starting, setStarting] = useState(false);
  const [wrong, setWrong] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const id = useId();
  const { most_bytes } = useMe();
  const most = size(most_bytes, language, "floor");

  async function take(files: readonly File[]) {
    const [file] = files;
    if (!file || starting) return;
    setWrong("");
    setFailure(null);
    if (files.length > 1) return setWrong(texts.drop.several);
    const verdict = judge(file, most_bytes);
    if ("wrong" in verdict)
      return setWrong(texts.drop[verdict.wrong](file.name, size(file.size, language), most));
    setStarting(true);
    try {
      begun(await uploads.begin(file, verdict.type));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
    } finally {
      setStarting(false);
    }
  }

  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    void take([...(target.files ?? [])]);
    // The same file chosen again is a change only then.
    target.value = "";
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take([...event.dataTransfer.files]);
  };
  return (
    <div className="take">
      <label
        className="drop"
        data-over={over}
        onDragOver={() => setOver(true)}
        onDragLeave={(event) =>
          event.currentTarget.contains(event.relatedTarget as Node | null) || setOver(false)
        }
        onDrop={drop}
      >
        <svg className="motif" viewBox="0 0 160 40" aria-hidden="true">
          <path d={MOTIF} />
        </svg>
        <span className="button primary" id={`${id}-name`}>
          {starting ? texts.drop.starting : texts.drop.label}
        </span>
        <span className="or">{over ? texts.drop.now : texts.drop.here}</span>
        <span className="hint" id={`${id}-hint`}>
          {texts.drop.hint(most)}
        </span>
        <input
          type="file"
          className="unseen"
          accept={ACCEPT}
          disabled={starting}
          aria-labelledby={`${id}-name`}
          aria-describedby={`${id}-hint`}
          onChange={choose}
        />
      </label>
      <div role="alert">{wrong && <p className="notice wrong">{wrong}</p>}</div>
      {failure && <Notice failure={failure} />}
    </div>
  );
}

const MOTIF = Array.from({ length: 32 }, (_, bar) => {
  const height =
    2 + 15 * Math.abs(Math.sin(bar * 0.9) * Math.sin((bar / 31) * Math.PI) + 0.25 * Math.sin(bar * 2.3));
  return `M${2.5 + bar * 5} ${(20 - height).toFixed(1)}v${(2 * height).toFixed(1)}`;
}).join("");
