import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { clock } from "../logic/format.ts";
import type { Version } from "../logic/use.ts";
import { useTexts } from "../texts/index.tsx";
import { Waveform } from "./Waveform.tsx";

interface Props {
  version: Version;
  playing: boolean;
  play: (on: boolean) => void;
  renew: () => Promise<void>;
}

/** A video with its waveform; it stops when `playing` is another one's. */
export function Player({ version, playing, play, renew }: Props) {
  const { result: n, video: link } = version;
  const { seconds, peaks } = version.facts;
  const { texts } = useTexts();
  const video = useRef<HTMLVideoElement>(null);
  // What plays keeps its link while fresh ones come; a link that has ended is replaced in place.
  const [source, setSource] = useState(link);
  const [broken, setBroken] = useState<"" | "renewing" | "for good">("");
  const [at, setAt] = useState(0);
  const goesOn = useRef(false);

  useEffect(() => {
    if (!playing) video.current?.pause();
  }, [playing]);
  useEffect(() => {
    if (broken === "renewing" && link !== source) setSource(link);
  }, [broken, link, source]);
  useFrames(playing, () => setAt(video.current?.currentTime ?? 0));

  const fail = () => {
    goesOn.current = playing;
    play(false);
    if (broken) return setBroken("for good");
    setBroken("renewing");
    void renew();
  };
  const toggle = () => {
    if (!video.current?.paused) return video.current?.pause();
    // Refused or interrupted playing shows by the events of the video.
    video.current.play().catch(() => {});
  };
  const seek = (to: number) => {
    if (video.current) video.current.currentTime = to;
    setAt(to);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== " ") return;
    event.preventDefault();
    toggle();
  };
  return (
    <>
      <div className="screen" data-playing={playing}>
        {/* biome-ignore lint/a11y/useMediaCaption: what people say in it is their own video */}
        <video
          ref={video}
          src={source}
          preload="metadata"
          playsInline
          tabIndex={-1}
          onClick={toggle}
          onPlay={() => play(true)}
          onPause={() => play(false)}
          onLoadedMetadata={({ currentTarget }) => {
            setBroken("");
            if (at > 0) currentTarget.currentTime = at;
            if (goesOn.current) toggle();
            goesOn.current = false;
          }}
          onTimeUpdate={({ currentTarget }) => {
            // What is loaded anew is at its start, and goes on where it was.
            if (currentTarget.readyState > 0) setAt(currentTarget.currentTime);
          }}
          onError={fail}
        />
        <button
          type="button"
          className="play"
          aria-label={playing ? texts.results.pause(n) : texts.results.play(n)}
          onClick={toggle}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={playing ? "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z" : "M8 5.2v13.6L19 12z"} />
          </svg>
        </button>
      </div>
      <div className="wave">
        <Waveform peaks={peaks} played={at / seconds} />
        <input
          type="range"
          min={0}
          max={Math.floor(seconds)}
          step={1}
          value={Math.min(at, seconds)}
          aria-label={texts.results.position(n)}
          aria-valuetext={texts.results.at(clock(at), clock(seconds))}
          onChange={(event) => seek(event.target.valueAsNumber)}
          onKeyDown={keys}
        />
      </div>
      <p className="clock" aria-hidden="true">
        <span>{clock(at)}</span>
        <span>{clock(seconds)}</span>
      </p>
      {broken === "for good" && <p role="alert">{texts.results.unplayable}</p>}
    </>
  );
}

/** Call on each frame while something plays; `timeupdate` alone comes four times a second. */
function useFrames(on: boolean, work: () => void) {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    if (!on || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    let frame = requestAnimationFrame(function next() {
      latest.current();
      frame = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(frame);
  }, [on]);
}
