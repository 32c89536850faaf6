import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where the API is while the page is worked on: `API=https://… npm run dev`. */
const api = process.env.API ?? "http://127.0.0.1:8383";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    // The Content-Security-Policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { host: "127.0.0.1", proxy: { "/runs": api, "/me": api } },
  test: {
    // Two cores have other work: a browser beside a browser makes both slow.
    fileParallelism: false,
    projects: [
      {
        extends: true,
        test: { name: "unit", environment: "jsdom", include: ["tests/unit/**/*.test.{ts,tsx}"] },
      },
      {
        extends: true,
        test: {
          name: "browser",
          environment: "node",
          include: ["tests/browser/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          // A machine that does other work too is slow, and that is no fault of the page.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
