import { captures } from "../../decode/captured_frames.ts";
import { testEveryCapture } from "../../decode/every_capture.ts";
import { FLOORS } from "../../decode/tshark/floors.ts";
import { sharedCaptures } from "../shared_captures.ts";

testEveryCapture([...captures(), ...sharedCaptures()], FLOORS);
