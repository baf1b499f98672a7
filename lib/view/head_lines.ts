import { barText, bytesText, countText, rateText } from "./numbers.ts";
import { type Line, span } from "./screen.ts";
import type { Shown } from "./view_state.ts";

/** Reasons that are shown by themselves. */
const MAX_REASONS = 4;
const LABEL_WIDTH = 10;
const BAR_WIDTH = 24;
/** From here on something is nearly full. */
const NEARLY_FULL = 0.9;

/** A line with a word in front that says what it is about. */
export function headLine(label: string, ...line: Line): Line {
  return [span(label.padEnd(LABEL_WIDTH), "dim"), ...line];
}

/** What was lost, by reason: what is being lost now comes first. */
export function lossLines({ history }: Shown): Line[] {
  const reasons = Object.entries(history.now?.losses ?? {}).filter(([, count]) => count > 0)
    .map(([reason, count]) => {
      const rate = history.rate(({ losses }) => losses[reason]);
      return { reason, count, rate };
    })
    .sort((a, b) => b.rate - a.rate || b.count - a.count);
  if (reasons.length === 0) return [headLine("lost", span("nothing", "good"))];
  const lines = reasons.slice(0, MAX_REASONS).map(({ reason, count, rate }, at) => {
    const text = `${countText(count)} ${reason}${rate > 0 ? `, ${rateText(rate)}` : ""}`;
    return headLine(at === 0 ? "lost" : "", span(text, rate > 0 ? "bad" : "plain"));
  });
  const left = reasons.length - lines.length;
  return left > 0 ? [...lines, headLine("", span(`and for ${left} other reasons`, "dim"))] : lines;
}

/** How full something is; no line where that is not known. */
export function fillLine(
  label: string,
  used: number | undefined,
  limit: number | undefined,
): Line[] {
  if (used === undefined || !limit) return [];
  const part = used / limit;
  const text = `${barText(part, BAR_WIDTH)} ${bytesText(used)} of ${bytesText(limit)}`;
  return [headLine(label, span(text, part < NEARLY_FULL ? "plain" : "bad"))];
}
