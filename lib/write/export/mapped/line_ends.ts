/** Who talks with whom, of the records of a line. */
import type { Mail } from "../../../../proto/gen/netcap_pb.ts";
import type { FlowEnds } from "../flow_identity.ts";
import type { LineRecords } from "./mapped_field.ts";

/** Both ends, the client first, and the number of the connection where the records have it. */
export type Ends = Omit<FlowEnds, "sensor" | "application">;

/** How lines tell their ends. */
export interface EndsOfLine {
  /** Undefined when no record knows. */
  readonly of: (line: LineRecords) => Ends | undefined;
  /** The fields that they are in. */
  readonly sources: Readonly<Record<keyof Ends, readonly string[]>>;
}

/** The fields that most records have. */
interface WithEnds {
  readonly SrcIP: string;
  readonly SrcPort: number;
  readonly DstIP: string;
  readonly DstPort: number;
  readonly ConnectionID?: bigint;
}

/**
 * Ends by the addresses and ports of the first part that is there.
 *
 * @param sentByClient Parts whose source is the client.
 * @param sentByServer Those whose source is the server.
 * @param hasId Whether they have the number of their connection.
 */
export function endsOfParts(
  sentByClient: readonly string[],
  sentByServer: readonly string[],
  hasId: boolean,
): EndsOfLine {
  const from = (field: string, other: string) => [
    ...sentByClient.map((part) => `${part}.${field}`),
    ...sentByServer.map((part) => `${part}.${other}`),
  ];
  return {
    of({ parts }) {
      for (const part of [...sentByClient, ...sentByServer]) {
        const record = parts[part] as unknown as WithEnds | undefined;
        if (record === undefined) continue;
        const { SrcIP, SrcPort, DstIP, DstPort, ConnectionID: id } = record;
        return sentByClient.includes(part)
          ? { srcIp: SrcIP, srcPort: SrcPort, dstIp: DstIP, dstPort: DstPort, id }
          : { srcIp: DstIP, srcPort: DstPort, dstIp: SrcIP, dstPort: SrcPort, id };
      }
      return undefined;
    },
    sources: {
      srcIp: from("SrcIP", "DstIP"),
      srcPort: from("SrcPort", "DstPort"),
      dstIp: from("DstIP", "SrcIP"),
      dstPort: from("DstPort", "SrcPort"),
      id: hasId ? from("ConnectionID", "ConnectionID") : [],
    },
  };
}

/** Ends of a record that has no ports, with the server that the client talks to. */
export function endsOfMail(part: string): EndsOfLine {
  return {
    of({ parts }) {
      const { ClientIP, ServerIP, ConnectionID: id } = parts[part] as Mail;
      return { srcIp: ClientIP, srcPort: undefined, dstIp: ServerIP, dstPort: undefined, id };
    },
    sources: {
      ...{ srcIp: [`${part}.ClientIP`], srcPort: [], dstIp: [`${part}.ServerIP`], dstPort: [] },
      id: [`${part}.ConnectionID`],
    },
  };
}

const FLOW = /^([^>]*):(\d{1,5})->([^>]*):(\d{1,5})$/;

/** Ends of records that have them as text, as in `192.0.2.1:4711->192.0.2.2:22`; the client's part first. */
export function endsOfFlow(byClient: string, byServer: string): EndsOfLine {
  const flow = [`${byClient}.Flow`, `${byServer}.Flow`];
  return {
    of({ parts }) {
      const record = (parts[byClient] ?? parts[byServer]) as unknown as
        | { readonly Flow: string; readonly ConnectionID: bigint }
        | undefined;
      const ends = FLOW.exec(record?.Flow ?? "");
      if (record === undefined || ends === null) return undefined;
      const [, ip, port, otherIp, otherPort] = ends as unknown as string[];
      const [a, b] = [[ip!, Number(port)], [otherIp!, Number(otherPort)]] as const;
      const [[srcIp, srcPort], [dstIp, dstPort]] = parts[byClient] !== undefined ? [a, b] : [b, a];
      return { srcIp, srcPort, dstIp, dstPort, id: record.ConnectionID };
    },
    sources: {
      ...{ srcIp: flow, srcPort: flow, dstIp: flow, dstPort: flow },
      id: [`${byClient}.ConnectionID`, `${byServer}.ConnectionID`],
    },
  };
}

/** The same, but whoever sends to many has begun, as with multicast DNS. */
export function begunBySender(ends: EndsOfLine): EndsOfLine {
  return {
    sources: ends.sources,
    of(line) {
      const found = ends.of(line);
      if (found === undefined || !MULTICAST.test(found.srcIp)) return found;
      const { srcIp, srcPort, dstIp, dstPort, id } = found;
      return { srcIp: dstIp, srcPort: dstPort, dstIp: srcIp, dstPort: srcPort, id };
    },
  };
}

const MULTICAST = /^(22[4-9]|23\d)\.|^ff/i;

/** The sources of everything about the ends, each once. */
export function allSources({ sources }: EndsOfLine): string[] {
  return [...new Set(Object.values(sources).flat())];
}

/** Those of addresses and ports. */
export function addressSources({ sources }: EndsOfLine): string[] {
  const { id: _, ...rest } = sources;
  return [...new Set(Object.values(rest).flat())];
}
