import { translated } from "../logic/sentences.ts";
import { useTexts } from "../texts/index.tsx";

/** A reason of the API or of a step, in the person's language where it is known. */
export function Sentence({ children, quiet = false }: { children: string; quiet?: boolean }) {
  const { texts } = useTexts();
  const { text, lang } = translated(children, texts);
  return (
    <p lang={lang} className={quiet ? "quiet" : undefined}>
      {text}
    </p>
  );
}
