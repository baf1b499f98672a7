import { captures } from "../../../decode/captured_frames.ts";
import { testEveryRecord } from "../../../decode/tshark/every_record.ts";
import { FLOORS } from "../../../decode/tshark/floors.ts";
import { sharedCaptures } from "../../shared_captures.ts";

testEveryRecord([...captures(), ...sharedCaptures()], FLOORS);
