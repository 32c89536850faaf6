import { HOME } from "../logic/route.ts";
import { LANGUAGES, type Language, useTexts } from "../texts/index.tsx";
import { useMe } from "./Knowing.tsx";

export function Header() {
  const { texts, language, speak } = useTexts();
  const me = useMe();
  return (
    <header className="top">
      {/* No link: the address holds the run. */}
      <button type="button" className="skip" onClick={() => document.getElementById("content")?.focus()}>
        {texts.skip}
      </button>
      <a className="name" href={HOME}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M3 10v4M7.5 7v10M12 9.5v5M16.5 4v16M21 10v4" />
        </svg>
        {texts.name}
      </a>
      {me.name && (
        <p className="who">
          <span className="unseen">{texts.as(me.name)}</span>
          <span aria-hidden="true">{me.name}</span>
        </p>
      )}
      <fieldset className="languages">
        <legend className="unseen">{texts.language}</legend>
        {(Object.keys(LANGUAGES) as Language[]).map((one) => (
          <button
            key={one}
            type="button"
            lang={one}
            aria-pressed={one === language}
            onClick={() => speak(one)}
          >
            {LANGUAGES[one].name}
          </button>
        ))}
      </fieldset>
    </header>
  );
}
