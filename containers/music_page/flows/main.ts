/**
 * `node flows/main.ts BASE VIDEO [--choose N] [--reload] [--fails] [--header NAME=VALUE]…
 * [--timeout SECONDS]`: upload a video on the page at BASE, wait for its end, choose a version, and
 * print what came of it as JSON. With --reload the page is loaded again meanwhile; with --fails the
 * run has to fail, and is begun again.
 */

import { parseArgs } from "node:util";
import { launch } from "./browser.ts";
import { uploadToChoice } from "./flows.ts";
import { visit } from "./visit.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    choose: { type: "string", default: "1" },
    header: { type: "string", multiple: true, default: [] },
    timeout: { type: "string", default: "600" },
    reload: { type: "boolean", default: false },
    fails: { type: "boolean", default: false },
  },
});
const [base, video] = positionals;
if (!base || !video) {
  console.error("Which page, and which video? node flows/main.ts http://127.0.0.1:8080/ clip.mp4");
  process.exit(2);
}
const headers = Object.fromEntries(
  values.header.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]),
);
const browser = await launch();
try {
  const { page, faults } = await visit(browser, base, { headers });
  const events = { timeout: Number(values.timeout) * 1000, reload: values.reload, fails: values.fails };
  const done = await uploadToChoice(page, video, Number(values.choose), events);
  console.log(JSON.stringify({ ...done, choice: Number(values.choose), faults }));
} catch (error) {
  console.error(`${base}: ${(error as Error).message.split("\n")[0]}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
