import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

const DOCUMENT = JSON.parse(
  readFileSync(new URL("../../../music_api/openapi.json", import.meta.url), "utf8"),
);
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(DOCUMENT, "openapi");

const paths = Object.keys(DOCUMENT.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
}));

/** What the API's document has against an answer, or null. */
export function against(method: string, path: string, status: number, body: unknown): string | null {
  const known = paths.find(({ pattern }) => pattern.test(path));
  const operation = known && DOCUMENT.paths[known.path][method.toLowerCase()];
  const answer = operation?.responses[status];
  if (!known || !answer) return `${method} ${path} does not answer ${status}`;
  const [content] = Object.keys(answer.content ?? {});
  if (!content) return body === undefined ? null : `${method} ${path} answers ${status} without a body`;
  const at = [known.path, method.toLowerCase(), "responses", status, "content", content, "schema"];
  const pointer = at.map((part) =>
    encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1")),
  );
  const check = ajv.getSchema(`openapi#/paths/${pointer.join("/")}`);
  if (!check) return `openapi.json has no schema for ${method} ${path} ${status}`;
  return check(body) ? null : `${method} ${path} ${status}: ${ajv.errorsText(check.errors)}`;
}
