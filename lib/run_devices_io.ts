import { counted, countedAre } from "./base/text/counted.ts";
import { FarcapError } from "./base/errors.ts";
import { terminalText } from "./base/text/escape_text.ts";
import { deviceJson, deviceTable } from "./write/devices/device_text.ts";
import { type Device, DEVICE_TYPES, Devices } from "./write/devices/devices.ts";
import type { DevicesOptions } from "./write/devices/devices_options.ts";
import { ieeeList } from "./write/devices/ieee_list.ts";
import type { EngineOptions } from "./write/nats/engine_access.ts";
import { readSteps, type StepOptions } from "./write/read/read_records_io.ts";
import { STANDARD_INPUT } from "./write/read/record_sources_io.ts";
import { type Output, TextOutput } from "./write/read/text_output_io.ts";
import { timeFormat } from "./write/read/time_text.ts";

/** What a table of devices needs besides its options. */
export interface DevicesSurroundings {
  /** Ends the reading; what has been read is printed. */
  readonly signal?: AbortSignal;
  /** Says a line on standard error, or where the caller wants it. */
  readonly say?: (line: string) => void;
  /** Where the stream is that is read in place of files. */
  readonly engine?: EngineOptions | undefined;
}

/** How it ended: 0 when devices are printed, 1 when something is damaged or cannot be read, 3 when there is none. */
export type DevicesCode = 0 | 1 | 3;

/** Prints the devices that stored records tell of. It ends quietly when nobody reads the output. */
export async function runDevices(
  options: DevicesOptions,
  out: Output,
  { signal, say = console.error, engine }: DevicesSurroundings = {},
): Promise<DevicesCode> {
  const tell = (line: string) => say(terminalText(line));
  try {
    const { devices, isDamaged } = await readDevices(options, tell, { signal, engine });
    await print(devices, options, new TextOutput(out));
    if (devices.length === 0 && !isDamaged) tell(`no device: ${noneOf(options)}`);
    return isDamaged ? 1 : devices.length > 0 ? 0 : 3;
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) return 0; // nobody reads on
    if (!(cause instanceof FarcapError)) throw cause;
    tell(cause.message);
    return 1;
  }
}

/** Why there may be none. */
function noneOf({ types, clients, from, to }: DevicesOptions): string {
  const asked = [
    ...[types && "-type", clients && "-client"],
    ...[from !== undefined && "-from", to !== undefined && "-to"],
  ].filter(Boolean);
  if (asked.length === 0) return "no record that is there tells of one";
  return `no record tells of one within ${asked.join(", ")}; wanted: other values, or none`;
}

async function readDevices(
  { paths, types = DEVICE_TYPES, clients, from, to }: DevicesOptions,
  say: (line: string) => void,
  { signal, engine }: Pick<DevicesSurroundings, "signal" | "engine">,
): Promise<{ readonly devices: readonly Device[]; readonly isDamaged: boolean }> {
  const devices = new Devices();
  let [isDamaged, broken] = [false, 0];
  const wanted: StepOptions = {
    types: types.filter((type) => DEVICE_TYPES.includes(type)),
    ...{ clients, from, to, signal },
    onNotice: say,
    onUnreadable: ({ message }) => {
      say(message);
      isDamaged = true;
    },
  };
  const steps = engine ? await ofStream(engine, wanted) : readSteps(paths, wanted);
  for await (const step of steps) {
    if (step === "idle") continue;
    const { path, client = "", schema, records, problems } = step;
    for (const record of records) if (!devices.add(client, schema, record)) broken++;
    for (const { code, message } of problems) {
      say(`${path === STANDARD_INPUT ? "standard input" : path}: ${message}`);
      isDamaged ||= code === "damaged";
    }
  }
  if (broken > 0) say(`${countedAre(broken, "record")} damaged and left out`);
  const { leftOut } = devices;
  if (leftOut > 0) {
    say(`No room for more: devices, names or addresses left out ${counted(leftOut, "time")}`);
  }
  return { devices: devices.list(), isDamaged: isDamaged || broken > 0 };
}

async function print(
  devices: readonly Device[],
  { isJson, zone, width }: DevicesOptions,
  output: TextOutput,
): Promise<void> {
  if (devices.length === 0) return;
  const time = timeFormat(isJson ? "full" : "short", zone);
  const format = { list: await ieeeList(), time, ...(width !== undefined && { width }) };
  if (!isJson) output.add(deviceTable(devices, format));
  else {
    for (const device of devices) {
      if (output.add(deviceJson(device, format) + "\n")) await output.flush();
    }
  }
  await output.flush();
}

/** Loaded when it is needed. */
async function ofStream(engine: EngineOptions, wanted: StepOptions) {
  const { readStreamSteps } = await import("./write/nats/stream_rows_io.ts");
  return readStreamSteps(engine, wanted);
}
