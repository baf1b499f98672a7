import { dhcpv4 } from "../../lib/decode/application/dhcpv4.ts";
import { captures } from "./captured_frames.ts";
import { testNoAllocation } from "./no_allocation.ts";

// Our frames of DHCPv4 are large.
testNoAllocation(captures(), [dhcpv4]);
