import { addressOf, go } from "../logic/route.ts";
import { useTexts } from "../texts/index.tsx";
import { Drop } from "./Drop.tsx";
import { Heading } from "./Heading.tsx";
import { RunList } from "./RunList.tsx";

export function Home() {
  const { texts } = useTexts();
  return (
    <div className="home">
      <div className="hero">
        <Heading>{texts.title}</Heading>
        <p className="lead">{texts.lead}</p>
      </div>
      <Drop begun={(id) => go(addressOf(id))} />
      <RunList />
    </div>
  );
}
