/** Why a capture is not read on: a value, since it is in bytes that others have written. */
export interface CaptureProblem {
  /** What kind it is: one of the codes of `CaptureError`. */
  readonly code: "not-a-capture" | "broken" | "link-type";
  /** Where it is, in bytes from the start of the (unpacked) capture. */
  readonly offset: number;
  /** What was needed and what there was, in one line that reads on after "Cannot read …: ". */
  readonly message: string;
}
