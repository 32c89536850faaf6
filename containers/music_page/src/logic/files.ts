/** The videos that a run accepts, by the end of their name. */
const TYPES: Record<string, string> = {
  mp4: "video/mp4",
  m4v: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mkv: "video/x-matroska",
  avi: "video/x-msvideo",
  wmv: "video/x-ms-wmv",
  mpg: "video/mpeg",
  mpeg: "video/mpeg",
  "3gp": "video/3gpp",
};

/** For a file chooser: phones go by the type, desks by the name. */
export const ACCEPT = [...new Set(Object.values(TYPES)), ...Object.keys(TYPES).map((end) => `.${end}`)].join(
  ",",
);

export type Verdict = { type: string } | { wrong: "type" | "empty" | "size" };

/** Say what a file is sent as, or why it is not sent. */
export function judge(file: File, most: number): Verdict {
  const type =
    TYPES[file.name.toLowerCase().split(".").at(-1) ?? ""] ??
    Object.values(TYPES).find((one) => one === file.type);
  if (!type) return { wrong: "type" };
  if (file.size === 0) return { wrong: "empty" };
  if (file.size > most) return { wrong: "size" };
  return { type };
}
