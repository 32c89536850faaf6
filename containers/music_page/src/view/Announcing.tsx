import { createContext, type ReactNode, useCallback, useContext, useState } from "react";

const Context = createContext<(text: string) => void>(() => {});

/** Say something to those who hear the page: what changed without their doing. */
export const useSay = () => useContext(Context);

export function Announcing({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ text: "", turn: 0 });
  // The same words twice are said twice only if the node is another one.
  const say = useCallback((text: string) => setSaid(({ turn }) => ({ text, turn: turn + 1 })), []);
  return (
    <Context value={say}>
      {children}
      <div role="status" className="unseen">
        <p key={said.turn}>{said.text}</p>
      </div>
    </Context>
  );
}
