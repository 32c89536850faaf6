import { useTexts } from "../texts/index.tsx";

/** What was heard in the video, in its order; what stays the same for a while is named once. */
export function Emotions({ heard }: { heard: readonly string[] }) {
  const { texts } = useTexts();
  const known = heard.filter((one): one is keyof typeof texts.emotion => one in texts.emotion);
  const changes = known.filter((one, at) => one !== known[at - 1]);
  return (
    <div className="emotions">
      <span id="emotions">{texts.results.emotions}</span>
      <ol aria-labelledby="emotions">
        {changes.map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the order is all there is
          <li key={at} data-emotion={one}>
            {texts.emotion[one]}
          </li>
        ))}
      </ol>
    </div>
  );
}
