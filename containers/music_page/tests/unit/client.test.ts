import { afterEach, describe, expect, test, vi } from "vitest";
import { api } from "../../src/api/client.ts";
import { problemOf } from "../../src/api/failure.ts";
import { ID } from "./setup.tsx";

const answer = (status: number, body: unknown, type = "application/problem+json") =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": type } });

describe("asking the API", () => {
  afterEach(() => vi.unstubAllGlobals());
  const answered = (response: Response | Error) => {
    const asked = vi.fn(async (_path: string, _how: RequestInit) => {
      if (response instanceof Error) throw response;
      return response;
    });
    vi.stubGlobal("fetch", asked);
    return asked;
  };

  test("follows no redirect, and marks what changes something as JSON", async () => {
    const asked = answered(new Response(null, { status: 204 }));
    await api.remove(ID);
    const [path, how] = asked.mock.lastCall ?? [];
    expect(path).toBe(`/runs/${ID}`);
    expect(how).toMatchObject({
      method: "DELETE",
      redirect: "manual",
      headers: { "content-type": "application/json" },
    });
  });

  test("fails with the problem that the API names", async () => {
    answered(answer(409, { title: "Conflict", status: 409, detail: "this run has no result 3" }));
    await expect(api.choose(ID, 3)).rejects.toMatchObject({
      status: 409,
      message: "this run has no result 3",
    });
  });

  test.each([401, 302])("takes an answer %d for the end of the session", async (status) => {
    const response = status === 401 ? answer(401, {}) : ({ type: "opaqueredirect" } as Response);
    answered(response);
    await expect(api.runs()).rejects.toMatchObject({ cause: { kind: "session" } });
  });

  test("takes no answer for a lost connection", async () => {
    answered(new TypeError("Failed to fetch"));
    await expect(api.me()).rejects.toMatchObject({ cause: { kind: "offline" } });
  });
});

test.each([
  [
    "a proxy's page",
    new Response("<html>", {
      status: 502,
      statusText: "Bad Gateway",
      headers: { "content-type": "text/html" },
    }),
  ],
  [
    "no JSON",
    new Response("{", {
      status: 502,
      statusText: "Bad Gateway",
      headers: { "content-type": "application/json" },
    }),
  ],
  ["fields of other types", answer(502, { title: 7, status: "x", detail: null })],
])("An answer that is %s is a problem all the same", async (_, response) => {
  expect(await problemOf(response)).toMatchObject({ type: "about:blank", status: 502, detail: "" });
});
