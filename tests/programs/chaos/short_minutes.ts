/** Loaded before a program of ours (`deno run --preload`): the minutes of its books are shorter. */
import { COLLECTOR_DEFAULTS } from "../../../lib/base/collector_defaults.ts";
import { SENSOR_DEFAULTS } from "../../../lib/base/sensor_defaults.ts";

const MINUTE_MS = 300;

Object.assign(COLLECTOR_DEFAULTS, { spanMs: MINUTE_MS });
Object.assign(SENSOR_DEFAULTS, { rowMs: MINUTE_MS });
