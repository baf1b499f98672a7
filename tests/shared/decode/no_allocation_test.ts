import { gue } from "../../../lib/decode/tunnel/gue.ts";
import { captures } from "../../decode/captured_frames.ts";
import { testNoAllocation } from "../../decode/no_allocation.ts";
import { sharedCaptures } from "../shared_captures.ts";

// Users have to say which frames are of GUE.
testNoAllocation([...captures(), ...sharedCaptures()], [gue]);
