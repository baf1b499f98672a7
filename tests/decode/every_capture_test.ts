import { captures } from "./captured_frames.ts";
import { testEveryCapture } from "./every_capture.ts";
import { OWN_FLOORS } from "./tshark/floors.ts";

testEveryCapture(captures(), OWN_FLOORS);
