import type { BpfMachine } from "./bpf_machine.ts";
import type { PacketHandler } from "./packet_handler.ts";

/** Passes on the packets that a filter takes. */
export class FilteredPackets implements PacketHandler {
  readonly #handler: PacketHandler;
  readonly #onLeftOut: () => void;
  #filter: BpfMachine | undefined;
  #linkType: number | undefined;
  readonly #compile: (linkType: number) => BpfMachine | undefined;

  /**
   * @param compile Gives the filter for packets of a link type, undefined to take all; asked when the
   *   link type is another than that of the packet before.
   * @param onLeftOut Told of each packet that is not passed on.
   */
  constructor(
    handler: PacketHandler,
    compile: (linkType: number) => BpfMachine | undefined,
    onLeftOut: () => void,
  ) {
    this.#handler = handler;
    this.#compile = compile;
    this.#onLeftOut = onLeftOut;
  }

  /** Has `compile` asked again before the next packet. */
  renew(): void {
    this.#linkType = undefined;
  }

  packet(
    bytes: Uint8Array,
    at: number,
    end: number,
    originalLength: number,
    sec: number,
    nsec: number,
    linkType: number,
  ): void {
    if (linkType !== this.#linkType) {
      this.#filter = this.#compile(linkType);
      this.#linkType = linkType;
    }
    if (this.#filter !== undefined && this.#filter.run(bytes, at, end, originalLength) === 0) {
      this.#onLeftOut();
    } else this.#handler.packet(bytes, at, end, originalLength, sec, nsec, linkType);
  }
}
