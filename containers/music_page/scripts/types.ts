/** `node scripts/types.ts [--check]`: write src/api/schema.ts from the API's document, or say that it is old. */

import { readFileSync, writeFileSync } from "node:fs";

interface Schema {
  $ref?: string;
  type?: string;
  const?: string;
  enum?: string[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  description?: string;
}

const DOCUMENT = new URL("../../music_api/openapi.json", import.meta.url);
const TYPES = new URL("../src/api/schema.ts", import.meta.url);
const PLAIN: Record<string, string> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};

function typeOf(schema: Schema): string {
  if (schema.$ref) return schema.$ref.split("/").at(-1) ?? "";
  if (schema.const) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" | ");
  if (schema.type === "array" && schema.items) return `readonly (${typeOf(schema.items)})[]`;
  if (schema.type === "object" && typeof schema.additionalProperties === "object") {
    return `Readonly<Record<string, ${typeOf(schema.additionalProperties)}>>`;
  }
  const plain = PLAIN[schema.type ?? ""];
  if (!plain) throw new Error(`no type is known for ${JSON.stringify(schema)}`);
  return plain;
}

function declare([name, schema]: [string, Schema]): string {
  const head = comment(schema, "");
  if (!schema.properties) return `${head}export type ${name} = ${typeOf(schema)};\n`;
  const fields = Object.entries(schema.properties).map(([field, of]) => {
    const mark = schema.required?.includes(field) ? "" : "?";
    return `${comment(of, "  ")}  readonly ${field}${mark}: ${typeOf(of)};\n`;
  });
  return `${head}export interface ${name} {\n${fields.join("")}}\n`;
}

const comment = ({ description }: Schema, indent: string) =>
  description ? `${indent}/** ${description.replaceAll("*/", "* /")} */\n` : "";

const { components } = JSON.parse(readFileSync(DOCUMENT, "utf8")) as {
  components: { schemas: Record<string, Schema> };
};
const text = [
  "// Made of containers/music_api/openapi.json by `npm run types`.\n",
  ...Object.entries(components.schemas).map(declare),
].join("\n");

if (!process.argv.includes("--check")) writeFileSync(TYPES, text);
else if (readFileSync(TYPES, "utf8") !== text) {
  console.error("src/api/schema.ts is not what openapi.json says: run `npm run types`");
  process.exitCode = 1;
}
