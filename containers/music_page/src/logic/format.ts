/** Seconds as a player shows them: 1:05. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Bytes in the unit that a person would name: 12.3 MB; a limit is rounded down, since it has to hold. */
export function size(
  bytes: number,
  language: string,
  rounding: "halfExpand" | "floor" = "halfExpand",
): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[power] ?? "byte",
    unitDisplay: power ? "short" : "long",
    roundingMode: rounding,
    maximumFractionDigits: bytes / 1000 ** power < 10 ? 1 : 0,
  }).format(bytes / 1000 ** power);
}

export const percent = (part: number, language: string) =>
  new Intl.NumberFormat(language, { style: "percent" }).format(part);

export const day = (time: string, language: string) =>
  new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
