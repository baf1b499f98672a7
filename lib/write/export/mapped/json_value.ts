import { jsonString } from "../../../base/text/escape_text.ts";

/** What a line holds; members that are undefined are left out. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/** A value as JSON; integers of 64 bits are numbers here, and characters that could command a terminal escapes. */
export function jsonText(value: JsonValue): string {
  switch (typeof value) {
    case "string":
      return jsonString(value);
    case "object":
      if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
      return `{${
        Object.entries(value)
          .filter(([, member]) => member !== undefined)
          .map(([name, member]) => `${jsonString(name)}:${jsonText(member!)}`)
          .join(",")
      }}`;
    default:
      return String(value);
  }
}
