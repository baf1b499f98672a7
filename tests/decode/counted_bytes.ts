/** Bytes of a frame that count how often they are read. */
export class CountedBytes {
  /** As many bytes were read, by index or as a part. */
  reads = 0;
  /** The bytes, to be read as any others. */
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = new Proxy(bytes, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value === "number") {
          if (key !== "length") this.reads++;
          return value;
        }
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          const part: unknown = value.apply(target, args);
          if (part instanceof Uint8Array) this.reads += part.length;
          return part;
        };
      },
    });
  }
}
