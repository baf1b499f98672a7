/** What the host has said of the flows of a batch: which connections they belong to, and where their ports lead. */
import { NO_ROW } from "./connection.ts";

@unmanaged
export class Followed {
  /** The connection's; none while that is not known. */
  row: i32 = NO_ROW;
  /** 0 where its packets are the client's, 1 the server's. */
  side: u8 = 0;
  /** Nobody decodes what its packets carry. */
  leadsNowhere: bool = false;
  /** The row's `Num.Id`: with another one it is another connection's by now. */
  id: f64 = 0;
}

/** By flow. */
const TABLE: usize = memory.data(4096 * 16, 16);

export function followedAt(flow: i32): Followed {
  return changetype<Followed>(TABLE + (<usize> flow << 4));
}

export function setFollowed(flow: i32, row: i32, side: i32, id: f64): void {
  const followed = followedAt(flow);
  followed.row = row;
  followed.side = <u8> side;
  followed.id = id;
}

/** The flow is a new one. */
export function forgetFollowed(flow: i32): void {
  const followed = followedAt(flow);
  followed.row = NO_ROW;
  followed.leadsNowhere = false;
}
