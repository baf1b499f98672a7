/** The folder around a path; `.` and `/` are their own. */
export function parentOf(path: string): string {
  const [, parent] = /^(.*?)\/*[^/]+\/*$/.exec(path) ?? [];
  if (parent === undefined) return path; // only slashes
  if (parent !== "") return parent;
  return path.startsWith("/") ? "/" : ".";
}
