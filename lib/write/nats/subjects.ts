/** What streams, subjects and headers are called in the engine (docs/protocol.md). */
import { crc32 } from "node:zlib";
import { folderOfClient } from "../files/client_name.ts";

/** Batches of all sensors. */
export const STREAM = "FARCAP";
/** What outlives them: the store's id, how far sessions are settled, how far readers are. */
export const STATE_STREAM = "FARCAP_STATE";
/** Messages of the first stream that no reader of ours understands. */
export const UNREADABLE_STREAM = "FARCAP_UNREADABLE";

/** The subjects of each stream. */
export const SUBJECTS: Readonly<Record<string, string>> = {
  [STREAM]: "farcap.1.>",
  [STATE_STREAM]: "farcap.state.1.>",
  [UNREADABLE_STREAM]: "farcap.unreadable.1.>",
};

/** Names are spread over so many partitions, each of which one reader reads. */
export const PARTITIONS = 64;
/** Where the 16 bytes are that tell this store from all others. */
export const ID_SUBJECT = "farcap.state.1.id";

const UTF8 = new TextEncoder();

/** The partition of a client: the CRC-32 of its name modulo {@linkcode PARTITIONS}. */
export function partitionOf(client: string): number {
  return crc32(UTF8.encode(client)) % PARTITIONS;
}

/** `07` of partition 7. */
export function partitionName(partition: number): string {
  return String(partition).padStart(2, "0");
}

/** `farcap.1.<partition>.<client>.<session>`; session 0 is for what comes without one. */
export function batchSubject(client: string, session: bigint): string {
  return `farcap.1.${placeOf(client, session)}`;
}

/** Where a state of collectors that act as one is, by its name. */
export function stateSubject(name: string): string {
  return `farcap.state.1.${name}`;
}

/** Where it stands which collector a sensor came to last. */
export function placeSubject(client: string): string {
  return `farcap.state.1.place.${tokenOf(client)}`;
}

/** Where it stands how far a session is settled. */
export function markerSubject(client: string, session: bigint): string {
  return `farcap.state.1.session.${placeOf(client, session)}`;
}

/** Where it stands how far a partition is read, and for which folder. */
export function readerSubject(partition: number): string {
  return `farcap.state.1.reader.${partitionName(partition)}`;
}

/** Where a message of batches goes that nobody can read. */
export function unreadableSubject(subject: string): string {
  return subject.replace(/^farcap\.1\./, "farcap.unreadable.1.");
}

/** Every batch of a partition. */
export function partitionSubjects(partition: number): string {
  return `farcap.1.${partitionName(partition)}.>`;
}

function placeOf(client: string, session: bigint): string {
  return `${partitionName(partitionOf(client))}.${tokenOf(client)}.${session}`;
}

function tokenOf(client: string): string {
  return folderOfClient(client).replaceAll(".", "%2E");
}
