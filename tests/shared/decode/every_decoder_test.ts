import { captures } from "../../decode/captured_frames.ts";
import { testEveryDecoder } from "../../decode/every_decoder.ts";
import { sharedCaptures } from "../shared_captures.ts";

testEveryDecoder([...captures(), ...sharedCaptures()]);
