import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflate } from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const PACKAGE = join(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))), "..");
const PARTS = ["chromium.br", "al2023.tar.br", "fonts.tar.br"];

/** Start the Chromium that comes from npm, with the libraries that come with it: the machine needs neither. */
export async function launch(): Promise<Browser> {
  const folder = await unpacked();
  return chromium.launch({
    executablePath: join(folder, "chromium"),
    // Its sandbox needs a user that is not root, and rights that a container has not. It is shown
    // pages of our own only.
    chromiumSandbox: false,
    args: ["--autoplay-policy=no-user-gesture-required"],
    env: { ...process.env, LD_LIBRARY_PATH: join(folder, "al2023", "lib") },
  });
}

/** Unpack beside the package, once: a folder that is there is whole. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
  const folder = join(PACKAGE, "..", "..", ".cache", `chromium-${version}`);
  if (existsSync(folder)) return folder;
  const begun = await mkdtemp(join(PACKAGE, ".unpacking-"));
  const temporary = process.env.TMPDIR;
  // The package unpacks to the folder for temporary files, wherever that is.
  process.env.TMPDIR = begun;
  try {
    await Promise.all(PARTS.map((part) => inflate(join(PACKAGE, "bin", part))));
    await mkdir(dirname(folder), { recursive: true });
    await rename(begun, folder).catch((error) => {
      // Another process was quicker.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    await rm(begun, { recursive: true, force: true });
  }
  return folder;
}
