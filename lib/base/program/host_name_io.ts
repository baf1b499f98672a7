/** The name of this machine; undefined where Deno was not permitted beforehand to read it. */
export async function hostName(): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "sys", kind: "hostname" });
  return state === "granted" ? Deno.hostname() : undefined;
}
