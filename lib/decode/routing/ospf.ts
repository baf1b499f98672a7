/** Open Shortest Path First: the first byte is the version, which has a layer of its own. */
import { Decoder } from "../decoder.ts";
import { ospfv2 } from "./ospfv2.ts";
import { ospfv3 } from "./ospfv3.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ospf = new Decoder({ name: "Ospf", from: { ipProtocol: [89] }, decode });

function decode(p: Packet): Outcome {
  if (p.end === p.at) return Outcome.Truncated;
  const version = p.bytes[p.at];
  p.next = version === 2 ? ospfv2 : version === 3 ? ospfv3 : undefined;
  return p.next === undefined ? Outcome.Unsupported : Outcome.Ok;
}
