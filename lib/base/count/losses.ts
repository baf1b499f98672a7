/** How much was lost so far, by what it was: `packets dropped by the kernel`. */
export type Losses = Readonly<Record<string, number>>;

/** What was lost, for a line; undefined when nothing was. */
export function lossText(losses: Losses): string | undefined {
  const parts = Object.entries(losses).filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`);
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** What was lost since `before`, for a line, and how much that makes; undefined when nothing was. */
export function newLossText(before: Losses, now: Losses): string | undefined {
  const parts = Object.entries(now).flatMap(([what, count]) => {
    const added = count - (before[what] ?? 0);
    return added > 0 ? [`${added} ${what} (${count} in all)`] : [];
  });
  return parts.length === 0 ? undefined : parts.join(", ");
}
