import { ACCESS_FORMAT } from "../../../lib/write/access/state_format.ts";
import { StateFile } from "../../../lib/write/access/state_file_io.ts";
import { DENO_FILES } from "../../../lib/write/files/deno_files_io.ts";
import { NATS_SERVER } from "../../needs.ts";
import { inFolder } from "../files/in_folder.ts";
import { withinEngine } from "../nats/engine_states.ts";
import { keptStateCases } from "./kept_state_cases.ts";

keptStateCases(
  "a file",
  (test) =>
    inFolder((folder) =>
      test(() => Promise.resolve(new StateFile(DENO_FILES, folder, ACCESS_FORMAT)))
    ),
);

keptStateCases(
  "a message of NATS",
  (test) => withinEngine(({ open }) => test(async () => (await open()).access)),
  NATS_SERVER,
);
