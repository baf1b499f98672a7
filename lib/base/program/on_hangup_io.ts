/** Does something each time that SIGHUP comes, one after another; Windows has no such signal. */
export function onHangup(reload: () => Promise<void>): void {
  if (Deno.build.os === "windows") return;
  let reloading = Promise.resolve();
  Deno.addSignalListener("SIGHUP", () => {
    reloading = reloading.then(reload);
  });
}
