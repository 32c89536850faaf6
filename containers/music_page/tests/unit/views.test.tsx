import { cleanup, screen } from "@testing-library/react";
import { afterEach, describe, expect, test } from "vitest";
import { Badge } from "../../src/view/Badge.tsx";
import { Emotions } from "../../src/view/Emotions.tsx";
import { Ending } from "../../src/view/Ending.tsx";
import { Steps } from "../../src/view/Steps.tsx";
import { Unmade } from "../../src/view/Unmade.tsx";
import { aRun, shown } from "./setup.tsx";

afterEach(cleanup);

describe("a run that has ended", () => {
  test("without trouble says nothing", () => {
    const { container } = shown(<Ending run={aRun({ state: "succeeded" })} />);
    expect(container.textContent).toBe("");
  });

  test("badly says why, and offers to start again", () => {
    shown(<Ending run={aRun({ state: "failed", reason: "the step lost its machine" })} />);
    expect(screen.getByText(/The machine that worked on it was lost/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Start again" })).toBeTruthy();
  });

  test("for the video's sake offers another video first", () => {
    shown(<Ending run={aRun({ state: "failed", reason: "This video has no sound: …" })} />);
    expect(screen.getByRole("link", { name: "Upload another video" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Start again" })).toBeTruthy();
  });

  test("before its video came asks for it", () => {
    shown(
      <Ending
        run={aRun({ state: "failed", reason: "the video was not uploaded in time: upload it anew" })}
      />,
    );
    expect(screen.queryByRole("button", { name: "Start again" })).toBe(null);
    expect(screen.getByLabelText("Choose a video")).toBeTruthy();
  });
});

describe("steps", () => {
  test("name the one that is under way", () => {
    shown(<Steps run={aRun({ results: [1, 4] })} />);
    const [listening, composing] = screen.getAllByRole("listitem");
    expect(listening?.getAttribute("aria-current")).toBe(null);
    expect(composing?.getAttribute("aria-current")).toBe("step");
    expect(composing?.textContent).toContain("2 of 4 versions");
  });

  test("say what holds them up", () => {
    shown(<Steps run={aRun({ reason: "the cluster does not answer now: this is what is known" })} />);
    expect(screen.getByText(/machines do not answer/)).toBeTruthy();
  });
});

test.each([
  ["waits for the listening", { listened: false, over: false }, "Begins after the listening"],
  ["waits for a machine", { listened: true, over: false }, "Waits for a machine"],
  ["was not made", { listened: true, over: true }, "This version was not made"],
])("A version that %s says so", (_, state, said) => {
  shown(<Unmade n={2} step={{ name: "compose", result: 2, state: "waiting" }} {...state} />);
  expect(screen.getByRole("article", { name: "Version 2" }).textContent).toContain(said);
});

test("Emotions are named in their order, and once while they last", () => {
  shown(<Emotions heard={["joy", "joy", "neutral", "unheard-of", "joy"]} />);
  expect(screen.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
    "Joy",
    "Calm",
    "Joy",
  ]);
});

test.each(["uploading", "waiting", "running", "succeeded", "failed", "stopped"] as const)(
  "The state %s is said in a word",
  (state) => {
    const { container } = shown(<Badge state={state} />);
    expect(container.textContent).toMatch(/^[A-Z][a-z ]+$/);
  },
);
