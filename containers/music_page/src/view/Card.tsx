import type { Version } from "../logic/use.ts";
import { useTexts } from "../texts/index.tsx";
import { Player } from "./Player.tsx";

interface Props {
  version: Version;
  playing: boolean;
  play: (on: boolean) => void;
  renew: () => Promise<void>;
  chosen: boolean;
  choose: () => void;
}

/** One version: play it, choose it, take it home. */
export function Card({ version, playing, play, renew, chosen, choose }: Props) {
  const { texts } = useTexts();
  const { result: n, download, music } = version;
  return (
    <article className="card" data-chosen={chosen} aria-labelledby={`version-${n}`}>
      <h3 id={`version-${n}`}>{texts.results.version(n)}</h3>
      <Player version={version} playing={playing} play={play} renew={renew} />
      <label className="choose">
        <input type="radio" name="choice" checked={chosen} onChange={choose} />
        {chosen ? texts.results.chosen : texts.results.choose(n)}
      </label>
      <div className="downloads">
        <a href={download} download aria-label={texts.results.downloadVideo(n)}>
          <Arrow />
          {texts.results.video}
        </a>
        {music && (
          <a href={music} download aria-label={texts.results.downloadMusic(n)}>
            <Arrow />
            {texts.results.music}
          </a>
        )}
      </div>
    </article>
  );
}

const Arrow = () => (
  <svg viewBox="0 0 16 16" aria-hidden="true">
    <path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.2h10" />
  </svg>
);
