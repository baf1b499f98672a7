/** Numbers as people read them at a glance, short enough for a column of ten characters. */

const UNITS = ["", " k", " M", " G", " T", " P"];
const SIZES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
/** Up to here a number is written out. */
const MAX_WHOLE = 10_000_000;

/** `1,234,567`, and `12.3 M` where that is too long. */
export function countText(count: number): string {
  if (Math.abs(count) < MAX_WHOLE) return Math.round(count).toLocaleString("en");
  const at = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.abs(count)) / 3));
  return `${(count / 1000 ** at).toFixed(1)}${UNITS[at]}`;
}

/** How much a second: `0.4/s`, `12/s`, `1,234/s`. */
export function rateText(perSecond: number): string {
  const isSmall = perSecond > 0 && perSecond < 9.95;
  return `${isSmall ? Math.max(0.1, perSecond).toFixed(1) : countText(perSecond)}/s`;
}

/** `12.3 MiB`. */
export function bytesText(bytes: number): string {
  const at = bytes < 1024 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** at).toFixed(at === 0 ? 0 : 1)} ${SIZES[at]}`;
}

/** How long something lasts: `42 s`, `5 min`, `3 h 12 min`, `4 d 3 h`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit));
  if (days! > 0) return `${days} d ${hours! % 24} h`;
  if (hours! > 0) return `${hours} h ${minutes! % 60} min`;
  return minutes! > 0 ? `${minutes} min` : `${seconds} s`;
}

/** A part of something as a bar: `[####------]`. */
export function barText(part: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, part)) * width);
  return `[${"#".repeat(full)}${"-".repeat(width - full)}]`;
}
