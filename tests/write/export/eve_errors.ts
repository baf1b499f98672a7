/** What Suricata's published schema says of events. */
import { prepareEveSchema } from "../../../tools/eve_schema.ts";
import type { Need } from "../../needs.ts";
import { python } from "./recorded_capture.ts";

const SCHEMA = `${import.meta.dirname}/../../../.tools/eve/schema.json`;
const problem = await prepareEveSchema(SCHEMA);

export const EVE_SCHEMA: Need = {
  what: `Suricata's schema of EVE (${problem})`,
  isMet: () => problem === undefined,
};

const VALIDATE = `
import json, jsonschema, sys
schema = json.load(open(sys.argv[2]))
validator = jsonschema.validators.validator_for(schema)(schema)
events = [json.loads(line) for line in open(sys.argv[1])]
print(json.dumps([[e.json_path, e.message] for v in events for e in validator.iter_errors(v)]))`;

/** The paths and messages of what a validator does not like in a file of events. */
export function eveErrors(path: string): Promise<unknown[]> {
  return python(VALIDATE, path, SCHEMA);
}
