import { BOOKS_TYPE } from "../sent_counts.ts";
import type { CollectorValues } from "../session/session_values.ts";

/** Whether a collector takes rows of the sensor's books: one that names their type as wanted. */
export function takesBooks(values: CollectorValues | undefined): boolean {
  return values?.wantedTypes?.includes(BOOKS_TYPE) ?? false;
}
