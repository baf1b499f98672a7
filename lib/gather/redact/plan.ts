/** What is done with each field of each message, as its kind in the schema says. */
import { KINDS } from "../../../proto/netcap_kinds.ts";
import { LAYOUTS, type Layouts } from "./layouts.ts";

/** In counts, what no kind is known of. */
export const UNKNOWN = "unknown";

/** What is done with a field. */
export const Act = {
  Keep: 0,
  LeaveOut: 1,
  Message: 2,
  /** Text, raw bytes, or numbers, as the wire has it. */
  Address: 3,
  Mac: 4,
  Name: 5,
  Text: 6,
  /** Text that was made of something, which may be tried out. */
  Hash: 7,
  /** Bytes of a form that another field tells. */
  Layout: 8,
  /** A number whose meaning another field tells, see {@linkcode NUMBERS}. */
  Number: 9,
} as const;

/** What is done with one field, and what is needed for it. */
export interface Step {
  readonly act: (typeof Act)[keyof typeof Act];
  /** As the schema has it, in lower case; {@linkcode UNKNOWN} without one. */
  readonly kind: string;
  /** Of what has a length: `text`, `raw` bytes, or `packed` numbers. */
  readonly form: string;
  readonly plan?: Plan;
}

/** What is done with a message. */
export interface Plan {
  readonly name: string;
  /** By number. */
  readonly steps: ReadonlyMap<number, Step>;
  readonly layouts?: Layouts | undefined;
  /** The field that tells what others mean, a number. */
  readonly selectorField: number;
}

/** In an entry of a map. */
const MAP_KEY = 1;

/** The kinds of which nothing is to be hidden. */
const PLAIN = ["PORT", "TIME", "DURATION", "COUNT", "FLAGS", "NUMBER"];

/**
 * Numbers that are none in some records: bytes 4 to 7 of a message of ICMP are an address in a redirection
 * (RFC 792), and who gives the time is one but for those next to a clock (RFC 5905, figure 12).
 */
export const NUMBERS: Readonly<Record<string, NumberRule>> = {
  ICMPv4: {
    selectorField: 2,
    fields: [4, 5],
    isPlain: (typeAndCode) =>
      [0, 3, 4, 8, 11, 12, 13, 14, 15, 16, 17, 18, 42, 43].includes(typeAndCode >> 8),
  },
  NTP: {
    selectorField: 7,
    fields: [10],
    isPlain: (stratum, value) => stratum <= 1 && isAscii(value),
  },
};

interface NumberRule {
  readonly selectorField: number;
  readonly fields: readonly number[];
  /** Whether the value is what its field says, and no address. */
  readonly isPlain: (selector: number, value: number) => boolean;
}

function isAscii(value: number): boolean {
  for (let shift = 24; shift >= 0; shift -= 8) {
    const byte = (value >>> shift) & 0xff;
    if (byte !== 0 && (byte < 0x20 || byte > 0x7e)) return false;
  }
  return true;
}

/** The plans of messages, each made when it is asked for first. */
export class Plans {
  readonly #known = new Map<string, Plan>();

  /** The plan of a message; of one that the schema does not have, all fields are left out. */
  of(name: string, isWithinItself = false): Plan {
    const key = isWithinItself ? `${name} within` : name;
    const known = this.#known.get(key);
    if (known) return known;
    const steps = new Map<number, Step>();
    // Options within an option have numbers of their own.
    const layouts = isWithinItself ? undefined : LAYOUTS[name];
    const rule = NUMBERS[name];
    const plan = { name, steps, layouts, selectorField: rule?.selectorField ?? 1 };
    this.#known.set(key, plan);
    for (const [key, form] of Object.entries(KINDS[name] ?? {})) {
      const number = Number(key);
      const step = this.#stepOf(form, name, layouts !== undefined);
      steps.set(number, rule?.fields.includes(number) ? { ...step, act: Act.Number } : step);
    }
    return plan;
  }

  #stepOf(kindAndForm: string, parent: string, hasLayouts: boolean): Step {
    const [kind, form] = kindAndForm.split(" ") as [string, string?];
    if (kind === "message") {
      const plan = this.of(form!, form === parent);
      const isMap = form!.startsWith(`${parent}.`);
      const ofKeys = plan.steps.get(MAP_KEY);
      // An entry would be left of which nothing is left.
      if (isMap && ofKeys?.act === Act.LeaveOut) return ofKeys;
      return { act: Act.Message, kind, form: "", plan };
    }
    const isLaidOut = hasLayouts && (kind === "BYTES" || (kind === "ADDRESS" && form === "raw"));
    return {
      act: isLaidOut ? Act.Layout : actOf(kind, form),
      kind: kind === "NO_KIND" ? UNKNOWN : kind.toLowerCase(),
      form: form ?? "",
    };
  }
}

function actOf(kind: string, form: string | undefined): Step["act"] {
  if (PLAIN.includes(kind) || form === "listed") return Act.Keep;
  switch (kind) {
    case "ADDRESS":
      return Act.Address;
    case "MAC":
      return Act.Mac;
    case "NAME":
      return Act.Name;
    case "TEXT":
      return Act.Text;
    case "HASH":
      return Act.Hash;
    default:
      return Act.LeaveOut;
  }
}
