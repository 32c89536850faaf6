import { useEffect } from "react";
import { useRoute } from "../logic/route.ts";
import { uploads } from "../logic/uploads.ts";
import { Speaking } from "../texts/index.tsx";
import { Announcing } from "./Announcing.tsx";
import { Header } from "./Header.tsx";
import { Home } from "./Home.tsx";
import { Knowing } from "./Knowing.tsx";
import { RunPage } from "./RunPage.tsx";

export function App() {
  const id = useRoute();
  useEffect(guard, []);
  return (
    <Speaking>
      <Knowing>
        <Announcing>
          <Header />
          <main id="content" tabIndex={-1}>
            {id ? <RunPage key={id} id={id} /> : <Home />}
          </main>
        </Announcing>
      </Knowing>
    </Speaking>
  );
}

/** Ask before an upload is lost, and let no file that misses the drop zone replace the page. */
function guard() {
  const leave = (event: BeforeUnloadEvent) => {
    if (uploads.sending) event.preventDefault();
  };
  const miss = (event: DragEvent) => event.preventDefault();
  addEventListener("beforeunload", leave);
  addEventListener("dragover", miss);
  addEventListener("drop", miss);
  return () => {
    removeEventListener("beforeunload", leave);
    removeEventListener("dragover", miss);
    removeEventListener("drop", miss);
  };
}
