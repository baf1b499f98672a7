import { testEveryRedactedRecord } from "../../../gather/redact/every_redacted_record.ts";
import { sharedCaptures } from "../../shared_captures.ts";

testEveryRedactedRecord(sharedCaptures(), 2000);
