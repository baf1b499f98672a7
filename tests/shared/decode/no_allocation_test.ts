import { captures } from "../../decode/captured_frames.ts";
import { testNoAllocation } from "../../decode/no_allocation.ts";
import { sharedCaptures } from "../shared_captures.ts";

testNoAllocation([...captures(), ...sharedCaptures()]);
