import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { api, type Me } from "../api/client.ts";

/** Until the API has said, and where it cannot: its usual figures. */
const USUAL: Me = { name: null, most_bytes: 2 ** 30, open_runs: 3 };

const Context = createContext(USUAL);

/** Who is signed in, and what they may. */
export const useMe = () => useContext(Context);

export function Knowing({ children }: { children: ReactNode }) {
  const [me, setMe] = useState(USUAL);
  useEffect(() => {
    // Whatever else the view asks for fails too, and says so.
    api.me().then(setMe, () => {});
  }, []);
  return <Context value={me}>{children}</Context>;
}
