/** The headers of a message of batches (docs/protocol.md). */
import type { BatchPart } from "../../pack/packed_batch.ts";
import { encodeHex, parseHex } from "../../base/bytes/bytes.ts";
import { DIGEST_BYTES } from "../../pack/digest.ts";
import type { DurableBatch } from "../files/session_log.ts";

/** One member of the payload. */
export interface MemberEntry {
  readonly bytes: number;
  /** The records that it holds; or what a refused batch said to hold. */
  readonly claims: readonly BatchPart[];
  /** Of its batch; undefined where a collector of 0.3.0 has not said it. */
  readonly sequence?: bigint;
  /** Why it is refused; 0 where it is not. */
  readonly reason?: number;
}

/** How far a session is stored, this message included. */
export interface SessionMark {
  /** All batches up to this one are stored. */
  readonly settled: bigint;
  /** Those above it that are, too. */
  readonly above: readonly DurableBatch[];
}

/** What the headers of a message tell. */
export interface MessageHead extends SessionMark {
  readonly client: string;
  /** 0 for batches without session. */
  readonly session: bigint;
  /** The lowest and the highest of its batches; 0 without session. */
  readonly first: bigint;
  readonly last: bigint;
  /** Of the records, ns since 1970, as their sensor has it. */
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  /** What the payload is a row of. */
  readonly members: readonly MemberEntry[];
  readonly containsPayloads: boolean;
  /** First 8 bytes of the SHA-256 of the payload, of all pieces together. */
  readonly digest: Uint8Array;
  /** What does not fit into one message is cut: which piece this is, from 1, and how many there are. */
  readonly piece: number;
  readonly pieces: number;
  /** The sensor has ended the session. */
  readonly isOver: boolean;
}

type Header = readonly [name: string, value: string];

/** Encodes them. */
export function encodeHead(head: MessageHead): Header[] {
  return [
    ["Farcap-Client", encodeURIComponent(head.client.toWellFormed())],
    ["Farcap-Session", `${head.session}`],
    ["Farcap-Sequence", `${head.first}-${head.last}`],
    ["Farcap-Times", `${head.firstTime} ${head.lastTime}`],
    ["Farcap-Members", head.members.map(encodeEntry).join(",")],
    ["Farcap-Batches", head.members.map(encodeBatch).join(",")],
    ["Farcap-Digest", encodeHex(head.digest)],
    ...encodeMark(head),
    ...flag("Farcap-Payloads", head.containsPayloads, "yes"),
    ...flag("Farcap-Piece", head.pieces > 1, `${head.piece}/${head.pieces}`),
    ...flag("Farcap-End", head.isOver, "bye"),
  ];
}

/** Parses them; undefined when they are none of ours. */
export function parseHead(header: (name: string) => string): MessageHead | undefined {
  const client = decode(header("Farcap-Client"));
  const session = match(/^(\d{1,20})$/, header("Farcap-Session"));
  const sequence = match(/^(\d{1,20})-(\d{1,20})$/, header("Farcap-Sequence"));
  const times = match(/^(-?\d{1,19}) (-?\d{1,19})$/, header("Farcap-Times"));
  const members = listOf(header("Farcap-Members"), parseEntry);
  const batches = listOf(header("Farcap-Batches"), parseBatch);
  const digest = parseDigest(header("Farcap-Digest"));
  const piece = match(/^(\d{1,4})\/(\d{1,4})$/, header("Farcap-Piece") || "1/1");
  const mark = parseMark(header);
  if (client === undefined || !session || !sequence || !times) return undefined;
  if (!members || !batches || !digest || !piece || !mark) return undefined;
  if (piece[0]! < 1n || piece[0]! > piece[1]!) return undefined;
  return {
    ...mark,
    client,
    session: session[0]!,
    first: sequence[0]!,
    last: sequence[1]!,
    firstTime: times[0]!,
    lastTime: times[1]!,
    members: members.map((member, n) => ({ ...member, ...batches[n] })),
    digest,
    containsPayloads: header("Farcap-Payloads") === "yes",
    piece: Number(piece[0]),
    pieces: Number(piece[1]),
    isOver: header("Farcap-End") === "bye",
  };
}

/** Encodes how far a session is stored. */
export function encodeMark({ settled, above }: SessionMark): Header[] {
  return [
    ["Farcap-Settled", `${settled}`],
    ...flag("Farcap-Above", above.length > 0, above.map(encodeAbove).join(",")),
  ];
}

/** Parses that; undefined when it is none. */
export function parseMark(header: (name: string) => string): SessionMark | undefined {
  const settled = match(/^(\d{1,20})$/, header("Farcap-Settled"));
  const above = listOf(header("Farcap-Above"), parseAbove);
  return settled && above && { settled: settled[0]!, above };
}

/** `1234:38=512`, `102:37=10+38=20`. */
function encodeEntry({ bytes, claims }: MemberEntry): string {
  return `${bytes}:${claims.map(({ type, count }) => `${type}=${count}`).join("+")}`;
}

/** `7`, `7!4`: batch 7, refused for reason 4. */
function encodeBatch({ sequence = 0n, reason = 0 }: MemberEntry): string {
  return reason === 0 ? `${sequence}` : `${sequence}!${reason}`;
}

function parseBatch(text: string): Pick<MemberEntry, "sequence" | "reason"> | undefined {
  const [, sequence, reason = "0"] = /^(\d{1,20})(?:!(\d{1,3}))?$/.exec(text) ?? [];
  return sequence === undefined
    ? undefined
    : { sequence: BigInt(sequence), reason: Number(reason) };
}

function parseEntry(text: string): MemberEntry | undefined {
  const [, bytes, claims = ""] =
    /^(\d{1,9}):(\d{1,9}=\d{1,10}(?:\+\d{1,9}=\d{1,10})*)$/.exec(text) ??
      [];
  if (bytes === undefined) return undefined;
  return {
    bytes: Number(bytes),
    claims: claims.split("+").map((claim) => {
      const [type, count] = claim.split("=").map(Number) as [number, number];
      return { type, count };
    }),
  };
}

/** `7:2:0011223344556677`: batch 7, which has two parts, by its digest. */
function encodeAbove({ sequence, parts, digest }: DurableBatch): string {
  return `${sequence}:${parts}:${encodeHex(digest)}`;
}

function parseAbove(text: string): DurableBatch | undefined {
  const [sequence = "", parts = "", hex = ""] = text.split(":");
  const numbers = match(/^(\d{1,20}) (\d{1,2})$/, `${sequence} ${parts}`);
  const digest = parseDigest(hex);
  return numbers && digest && { sequence: numbers[0]!, parts: Number(numbers[1]), digest };
}

function parseDigest(hex: string): Uint8Array | undefined {
  return hex.length === 2 * DIGEST_BYTES && /^[0-9a-f]*$/.test(hex) ? parseHex(hex) : undefined;
}

function flag(name: string, isSet: boolean, value: string): Header[] {
  return isSet ? [[name, value]] : [];
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function match(pattern: RegExp, text: string): bigint[] | undefined {
  return pattern.exec(text)?.slice(1).map(BigInt);
}

/** All of a list that is parted by commas, or undefined when one of it is wrong. */
function listOf<Item>(text: string, parse: (part: string) => Item | undefined): Item[] | undefined {
  const items = text === "" ? [] : text.split(",").map(parse);
  return items.includes(undefined) ? undefined : items as Item[];
}
