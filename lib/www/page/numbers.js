/** Numbers as people read them at a glance; those of `-top` look the same. */

/** What is not known. */
export const DASH = "–";
const UNITS = ["", " k", " M", " G", " T", " P"];
const SIZES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const MAX_WHOLE = 10_000_000;
/** Made once: that is what takes long. */
const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** @param {number} count `1,234,567`, and `12.3 M` where that is too long. */
export function countText(count) {
  if (Math.abs(count) < MAX_WHOLE) return WHOLE.format(count);
  const at = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.abs(count)) / 3));
  return `${(count / 1000 ** at).toFixed(1)}${UNITS[at]}`;
}

/** `1 record`, `2,345 records`. @param {number} count @param {string} one What is counted. */
export function countedText(count, one) {
  return `${countText(count)} ${count === 1 ? one : `${one}s`}`;
}

/** @param {number} perSecond `0.4`, `12`, `1,234`. */
export function rateText(perSecond) {
  const isSmall = perSecond > 0 && perSecond < 9.95;
  return isSmall ? Math.max(0.1, perSecond).toFixed(1) : countText(perSecond);
}

/** @param {number} bytes `12.3 MiB`. */
export function bytesText(bytes) {
  const at = bytes < 1024 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** at).toFixed(at === 0 ? 0 : 1)} ${SIZES[at]}`;
}

/** @param {number} ms `42 s`, `5 min`, `3 h 12 min`, `4 d 3 h`. */
export function spanText(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(seconds / 3600);
  const days = Math.floor(seconds / 86_400);
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

/**
 * `now`, `5 min ago`, and a dash for never.
 *
 * @param {number | "now" | null} seen Seconds since 1970.
 * @param {number} nowMs
 */
export function seenText(seen, nowMs) {
  if (seen === null) return DASH;
  return seen === "now" ? seen : `${spanText(nowMs - seen * 1000)} ago`;
}

/** @param {number} ms `0.2 s ahead`, `3 ms behind`, of a clock. */
export function offsetText(ms) {
  const size = Math.abs(ms);
  const text = size < 1000
    ? `${size} ms`
    : size < 60_000
    ? `${(size / 1000).toFixed(1)} s`
    : spanText(size);
  return ms === 0 ? text : `${text} ${ms < 0 ? "behind" : "ahead"}`;
}

/** @param {Date} time `2026-11-29 10:31:07`, in UTC as commands take it. */
export function timeText(time) {
  return time.toISOString().slice(0, 19).replace("T", " ");
}
