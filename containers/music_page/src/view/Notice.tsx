import type { Failure } from "../api/failure.ts";
import { signIn } from "../logic/route.ts";
import { translated } from "../logic/sentences.ts";
import type { Texts } from "../texts/en.ts";
import { useTexts } from "../texts/index.tsx";

/** A failure in a person's words: what is known in their language, the rest as the API says it. */
export function words({ cause }: Failure, texts: Texts): { text: string; lang?: "en" } {
  if (cause.kind === "storage") {
    return { text: cause.status === 403 ? texts.failure.expired : texts.failure.storage };
  }
  if (cause.kind !== "problem") return { text: texts.failure[cause.kind] };
  const { status, detail } = cause.problem;
  if (status === 413) return { text: texts.failure.tooLarge };
  if (status === 415) return { text: texts.failure.wrongType };
  if (status === 429) return { text: texts.failure.busy };
  if (status > 501) return { text: texts.failure.away };
  if (status >= 500 || !detail) return { text: texts.failure.unknown };
  return translated(detail, texts);
}

/** Says what failed, with what one can do about it. */
export function Notice({ failure, retry }: { failure: Failure; retry?: (() => void) | undefined }) {
  const { texts } = useTexts();
  const session = failure.cause.kind === "session";
  const { text, lang } = words(failure, texts);
  return (
    <div className="notice" role="alert">
      <p lang={lang}>{text}</p>
      {session && (
        <button type="button" onClick={signIn}>
          {texts.failure.signIn}
        </button>
      )}
      {retry && !session && (
        <button type="button" onClick={retry}>
          {texts.failure.retry}
        </button>
      )}
    </div>
  );
}
