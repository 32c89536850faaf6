const BARS = 64;
const STEP = 4;
const HEIGHT = 44;

/** The loudest of each stretch of a piece: one bar is wide enough to be seen. */
export function bars(peaks: readonly number[], count: number): number[] {
  return Array.from({ length: Math.min(count, peaks.length) }, (_, bar) => {
    const [from, to] = [bar, bar + 1].map((edge) =>
      Math.floor((edge * peaks.length) / Math.min(count, peaks.length)),
    );
    return Math.max(0, ...peaks.slice(from, to));
  });
}

/** The loudness of a piece over its time; what has been played is drawn in the accent. */
export function Waveform({ peaks, played }: { peaks: readonly number[]; played: number }) {
  const drawn = bars(peaks, BARS);
  const line = (from: number, to: number) =>
    drawn
      .slice(from, to)
      .map((peak, bar) => {
        const half = Math.max(0.5, (peak * (HEIGHT - 4)) / 2);
        return `M${(from + bar + 0.5) * STEP} ${(HEIGHT / 2 - half).toFixed(1)}v${(2 * half).toFixed(1)}`;
      })
      .join("");
  const edge = Math.round(Math.min(1, played) * drawn.length);
  return (
    <svg
      className="waveform"
      viewBox={`0 0 ${BARS * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="played" d={line(0, edge)} />
      <path className="rest" d={line(edge, drawn.length)} />
    </svg>
  );
}
