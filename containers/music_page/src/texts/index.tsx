import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { en, type Texts } from "./en.ts";
import { ko } from "./ko.ts";

export type Language = "en" | "ko";

export const LANGUAGES: Record<Language, { texts: Texts; name: string }> = {
  ko: { texts: ko, name: "한국어" },
  en: { texts: en, name: "English" },
};

const KEPT = "language";

/** What was chosen before, else the first of the browser's languages that there is. */
export function preferred(kept: string | null, wanted: readonly string[]): Language {
  const known = (name: string): name is Language => name in LANGUAGES;
  return [kept ?? "", ...wanted.map((one) => one.slice(0, 2).toLowerCase())].find(known) ?? "en";
}

interface Said {
  texts: Texts;
  language: Language;
  speak: (language: Language) => void;
}

const Context = createContext<Said>({ texts: en, language: "en", speak: () => {} });

export const useTexts = () => useContext(Context);

export function Speaking({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() => preferred(kept(), navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speak = (chosen: Language) => {
    keep(chosen);
    setLanguage(chosen);
  };
  return <Context value={{ texts: LANGUAGES[language].texts, language, speak }}>{children}</Context>;
}

// A browser that keeps nothing throws, and the page works without.
function kept(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(language: Language) {
  try {
    localStorage.setItem(KEPT, language);
  } catch {}
}
