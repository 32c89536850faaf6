import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clip, stage } from "./setup.ts";

const { at } = stage();
const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flow-"));
  await writeFile(join(folder, "walk.mp4"), clip().buffer);
});
afterAll(() => rm(folder, { recursive: true }));

const flow = (...words: string[]) => run("node", ["flows/main.ts", at.server.base, ...words]);

test("A drill walks the page by a command, as the person whom a header names", async () => {
  const { stdout } = await flow(join(folder, "walk.mp4"), "--choose", "2", "--header", "x-user=jun");
  const done = JSON.parse(stdout);
  const [kept] = [...at.server.runs.values()];

  expect(done).toMatchObject({ run: kept?.id, choice: 2, faults: [] });
  expect(new Set(done.videos).size).toBe(4);
  expect(kept).toMatchObject({ owner: "jun", choice: 2, bytes: 20_000 });
});

test("A drill that meets a failure says which", async () => {
  await writeFile(join(folder, "silent.mp4"), clip().buffer);
  const failed = flow(join(folder, "silent.mp4"), "--timeout", "5");
  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("Nobody speaks") });
});
