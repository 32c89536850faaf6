import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import type { Run } from "../../src/api/schema.ts";
import { Speaking } from "../../src/texts/index.tsx";

export const ID = `m${"a".repeat(25)}`;

/** A run as the API answers, with what a test is about. */
export const aRun = (change: Partial<Run> = {}): Run => ({
  id: ID,
  filename: "walk.mp4",
  bytes: 1000,
  created: "2026-12-01T00:00:00Z",
  state: "running",
  progress: 0,
  steps: [
    { name: "listen", state: "succeeded" },
    ...[1, 2, 3, 4].map((result) => ({ name: "compose" as const, result, state: "running" as const })),
  ],
  results: [],
  ...change,
});

export const shown = (children: ReactNode) => render(<Speaking>{children}</Speaking>);
