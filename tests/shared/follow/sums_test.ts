import { testSums } from "../../follow/sums.ts";
import { sharedCaptures } from "../shared_captures.ts";

testSums(sharedCaptures(), 8_000);
