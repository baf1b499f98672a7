/** From a compact batch to the records that it stands for: headers, through their decoders again. */
import { ethernet } from "../decode/link/ethernet.ts";
import { dot1q } from "../decode/link/dot1q.ts";
import { linuxSll } from "../decode/link/linux_sll.ts";
import { linuxSll2 } from "../decode/link/linux_sll2.ts";
import { icmpv4 } from "../decode/network/icmpv4.ts";
import { icmpv6 } from "../decode/network/icmpv6.ts";
import { ipv4 } from "../decode/network/ipv4.ts";
import { ipv6 } from "../decode/network/ipv6.ts";
import { tcp } from "../decode/transport/tcp.ts";
import { udp } from "../decode/transport/udp.ts";
import { Dissector } from "../decode/dissect.ts";
import { RecordBuffers } from "../gather/record_buffers.ts";
import { COMPACT_TYPES } from "../gather/compact/record_types.ts";
import { countCompact } from "./count_compact.ts";
import { HeaderRecords } from "./header_records.ts";

const DECODERS = [ethernet, dot1q, linuxSll, linuxSll2, ipv4, ipv6, tcp, udp, icmpv4, icmpv6];

/** Makes records of compact batches, one batch at a time. */
export class CompactRecords {
  /** What the last batch has become. */
  readonly made = new RecordBuffers();
  readonly #headers = new HeaderRecords(this.made);
  readonly #dissectors = new Map<string, Dissector>();

  /** Makes the records of a batch, and counts them by type; undefined when it is damaged. */
  make(data: Uint8Array, sumBytes: number): ReadonlyMap<number, number> | undefined {
    const { made } = this;
    made.clear();
    return countCompact(data, sumBytes, (isWanted, hasContext) => {
      const dissector = this.#dissectorOf(isWanted, hasContext);
      const hasAll = hasContext && !isWanted.includes(false);
      return {
        packet: (bytes, at, end, sec, nsec, linkType, layers, shape) => {
          if (hasAll && this.#headers.write(bytes, at, end, sec, nsec, shape)) return;
          dissector.headers(bytes, at, end, sec, nsec, linkType, layers);
        },
        record: (type, bytes, from, to) => {
          made.begin(type).raw(bytes, from, to);
          made.commit(type);
        },
      };
    });
  }

  #dissectorOf(isWanted: readonly boolean[], hasContext: boolean): Dissector {
    const key = `${isWanted}/${hasContext}`;
    let dissector = this.#dissectors.get(key);
    if (dissector === undefined) {
      const options = { payload: false, context: hasContext, entropy: false };
      dissector = new Dissector(
        DECODERS,
        this.made,
        options,
        (type) => isWanted[COMPACT_TYPES.indexOf(type)] === true,
      );
      this.#dissectors.set(key, dissector);
    }
    return dissector;
  }
}
