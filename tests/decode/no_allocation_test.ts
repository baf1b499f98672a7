import { dhcpv4 } from "../../lib/decode/application/dhcpv4.ts";
import { loopback } from "../../lib/decode/link/loopback.ts";
import { captures } from "./captured_frames.ts";
import { testNoAllocation } from "./no_allocation.ts";

// Our frames of DHCPv4 are large, and Linux has no null/loopback link type that we could record.
testNoAllocation(captures(), [dhcpv4, loopback]);
