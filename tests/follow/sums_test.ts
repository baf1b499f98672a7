import { captures } from "../decode/captured_frames.ts";
import { testSums } from "./sums.ts";

testSums(captures(), 800);
