/**
 * Whether a worker may be made from that module. It needs read permission for it, which is never asked
 * for: there is a worker in executables, and where the permission has been granted already.
 */
export async function mayStartWorker(module: URL): Promise<boolean> {
  if (Deno.build.standalone) return true;
  if (module.protocol !== "file:") return false;
  const { state } = await Deno.permissions.query({ name: "read", path: module });
  return state === "granted";
}
