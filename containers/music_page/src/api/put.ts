import { Failure } from "./failure.ts";
import type { Upload as Target } from "./schema.ts";

/** Send a file to where the API said, and tell how many bytes have gone; `fetch` cannot tell. */
export function put(
  target: Target,
  file: Blob,
  sent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.upload.onprogress = (event) => sent(event.loaded);
    request.onload = () =>
      request.status < 300 ? resolve() : reject(new Failure({ kind: "storage", status: request.status }));
    request.onerror = () => reject(new Failure({ kind: "offline" }));
    request.onabort = () => reject(signal.reason);
    request.onloadend = () => signal.removeEventListener("abort", stop);
    signal.addEventListener("abort", stop);
    request.open(target.method ?? "PUT", target.url);
    for (const [name, value] of Object.entries(target.headers)) {
      // The browser sets the length itself, and refuses to be told.
      if (!/^(host|content-length)$/i.test(name)) request.setRequestHeader(name, value);
    }
    request.send(file);
  });
}
