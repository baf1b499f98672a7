/** A disk that can be held: what is written to it waits. Linux, as root, with loop devices and ext4. */

/** A file system of its own, in a file beside its folder. */
export class FrozenDisk implements AsyncDisposable {
  /** Where it is. */
  readonly folder: string;
  readonly #image: string;
  #isHeld = false;

  private constructor(folder: string, image: string) {
    this.folder = folder;
    this.#image = image;
  }

  /** Makes one of so many MiB. */
  static async make(mebibytes: number): Promise<FrozenDisk> {
    const folder = await Deno.makeTempDir({ prefix: "farcap-disk-" });
    const image = `${folder}.img`;
    await run("truncate", "-s", `${mebibytes}M`, image);
    await run("mkfs.ext4", "-q", image);
    await run("mount", "-o", "loop", image, folder);
    return new FrozenDisk(folder, image);
  }

  /** From now on all who write wait; nothing ends them meanwhile. */
  async hold(): Promise<void> {
    await run("fsfreeze", "-f", this.folder);
    this.#isHeld = true;
  }

  /** They go on. */
  async letGo(): Promise<void> {
    this.#isHeld = false;
    await run("fsfreeze", "-u", this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isHeld) await this.letGo();
    await run("umount", this.folder);
    await Deno.remove(this.folder);
    await Deno.remove(this.#image);
  }
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, stdout: "null" }).spawn().status;
  if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
}
