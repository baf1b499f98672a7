import { dhcpv4 } from "../../lib/decode/application/dhcpv4.ts";
import { gue } from "../../lib/decode/tunnel/gue.ts";
import { captures } from "./captured_frames.ts";
import { testNoAllocation } from "./no_allocation.ts";

// Our frames of DHCPv4 are large, and users have to say which are of GUE.
testNoAllocation(captures(), [dhcpv4, gue]);
