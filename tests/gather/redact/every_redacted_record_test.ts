import { captures } from "../../decode/captured_frames.ts";
import { testEveryRedactedRecord } from "./every_redacted_record.ts";

testEveryRedactedRecord(captures(), 200);
