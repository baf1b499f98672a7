/** Who runs this, as in `uid 1000`; empty where Deno was not permitted beforehand to tell, or the system has no numbers. */
export async function userWords(): Promise<string> {
  const { state } = await Deno.permissions.query({ name: "sys", kind: "uid" });
  const uid = state === "granted" ? Deno.uid() : null;
  return uid === null ? "" : `uid ${uid}`;
}
