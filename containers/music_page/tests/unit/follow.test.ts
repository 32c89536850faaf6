import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Failure } from "../../src/api/failure.ts";
import type { Run } from "../../src/api/schema.ts";
import { follow } from "../../src/logic/follow.ts";
import { aRun } from "./setup.tsx";

const problem = (status: number) =>
  new Failure({ kind: "problem", problem: { type: "about:blank", title: "", status, detail: "" } });

describe("following a run", () => {
  let asked: number[];
  let answer: () => Promise<Run>;
  let stop: () => void;
  const told = vi.fn();
  const hide = (hidden: boolean) => {
    vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
    document.dispatchEvent(new Event("visibilitychange"));
  };
  const begin = () => {
    stop = follow(() => {
      asked.push(Date.now());
      return answer();
    }, told);
  };
  const waits = () => asked.slice(1).map((at, ask) => at - (asked[ask] ?? 0));

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    told.mockClear();
    asked = [];
    answer = async () => aRun();
  });
  afterEach(() => {
    stop();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test("asks ever less while nothing happens", async () => {
    begin();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(waits().slice(0, 4)).toEqual([1000, 1400, 1959, 2743]);
    expect(waits().at(-1)).toBe(8000);
  });

  test("asks soon again after a change", async () => {
    begin();
    await vi.advanceTimersByTimeAsync(60_000);
    answer = async () => aRun({ results: [1] });
    await vi.advanceTimersByTimeAsync(8000);
    const changed = asked.length;
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked.length).toBe(changed + 1);
  });

  test.each(["succeeded", "failed", "stopped"] as const)("ends when the run has %s", async (state) => {
    answer = async () => aRun({ state });
    begin();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.length).toBe(1);
    expect(told).toHaveBeenCalledExactlyOnceWith({ run: aRun({ state }), failure: null });
  });

  test("keeps what is known while the API is away, and goes on afterwards", async () => {
    begin();
    await vi.advanceTimersByTimeAsync(10);
    answer = async () => Promise.reject(problem(503));
    await vi.advanceTimersByTimeAsync(5000);
    expect(told.mock.lastCall?.[0]).toMatchObject({ run: aRun(), failure: { status: 503 } });

    answer = async () => aRun({ state: "succeeded" });
    await vi.advanceTimersByTimeAsync(31_000);
    expect(told.mock.lastCall?.[0]).toEqual({ run: aRun({ state: "succeeded" }), failure: null });
  });

  test.each([problem(404), new Failure({ kind: "session" })])(
    "ends at what does not come back: %s",
    async (failure) => {
      answer = async () => Promise.reject(failure);
      begin();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(asked.length).toBe(1);
    },
  );

  test("waits while nobody looks, and asks at once when somebody does", async () => {
    begin();
    await vi.advanceTimersByTimeAsync(10);
    hide(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.length).toBe(1);
    hide(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.length).toBe(2);
  });

  test("asks at once when the network is back", async () => {
    answer = async () => Promise.reject(new Failure({ kind: "offline" }));
    begin();
    await vi.advanceTimersByTimeAsync(10);
    dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.length).toBe(2);
  });

  test("tells nothing once it was stopped", async () => {
    begin();
    stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).not.toHaveBeenCalled();
  });
});
