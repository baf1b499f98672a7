import { jsonFormat } from "../read/json_format.ts";
import type { LineFormat } from "./line_format.ts";

/** Our own JSON, as dumps print it: an object a line, all types in one file. */
export const ndjson: LineFormat = {
  linesOf(schema) {
    const print = jsonFormat(schema);
    return {
      file: "records.ndjson",
      line: ({ message, client }) => `${print(message, client)}\n`,
    };
  },
};
