import { useEffect, useRef } from "react";
import { useTexts } from "../texts/index.tsx";

let arrived = false;
addEventListener("hashchange", () => {
  arrived = true;
});

/** A view's first heading: it names the tab, and takes the focus when one comes from another view. */
export function Heading({ children }: { children: string }) {
  const { texts } = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · ${texts.name}`;
  }, [children, texts]);
  useEffect(() => {
    if (arrived) heading.current?.focus();
    arrived = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
