/** What runs where: a record of each service and program when it is seen first, or says something else. */
import { typeNumber } from "../../base/record/record_types.ts";
import { tagsOf } from "../../base/record/tags.ts";
import { writeText } from "../../decode/text.ts";
import { ServiceSchema, SoftwareSchema } from "../../../proto/netcap_tags.ts";
import { RecentKeys } from "./recent_keys.ts";
import { MAX_TEXT_LENGTH, type Program, programOfGreeting } from "./software_words.ts";
import { type Ends, type StreamRecords, writeString } from "./stream_records.ts";

const SERVICE_TAG = tagsOf(ServiceSchema);
const SERVICE = typeNumber(ServiceSchema.name);
const SOFTWARE_TAG = tagsOf(SoftwareSchema);
const SOFTWARE = typeNumber(SoftwareSchema.name);

/** Services and programs that are remembered; one that was forgotten is written again. */
const MAX_REMEMBERED = 4096;
/** Of what a server says first. */
export const MAX_BANNER_BYTES = 256;

const NOTHING = new Uint8Array(0);

/** What says which program one end runs. */
export interface Evidence {
  /** Where it stands, as `UserAgent`. */
  readonly source: string;
  readonly text: string;
  /** What makes of the text a program. */
  readonly parse: (text: string) => Program;
  /** In which application's words. */
  readonly service: string;
}

export class Inventory {
  readonly #services: RecentKeys;
  readonly #programs: RecentKeys;
  /** What has been looked at: most is said again and again. */
  readonly #texts: RecentKeys;

  constructor(private readonly records: StreamRecords) {
    this.#services = new RecentKeys(MAX_REMEMBERED, records.connections);
    this.#programs = new RecentKeys(MAX_REMEMBERED, records.connections);
    this.#texts = new RecentKeys(MAX_REMEMBERED, records.connections);
  }

  /**
   * A server has answered.
   *
   * @param protocol `TCP` or `UDP`.
   * @param name Its application; empty when that is not known.
   * @param banner What it said first.
   */
  service(
    ends: Ends,
    protocol: "TCP" | "UDP",
    name: string,
    banner: Uint8Array = NOTHING,
    program?: Program,
  ): void {
    if (!this.records.isWanted(SERVICE)) return;
    const place = protocol + this.records.endKey(ends, false);
    const key = `${place}${name} ${program?.product ?? ""} ${program?.version ?? ""}`;
    if (!this.#services.isNews(key)) return;
    const out = this.records.begin(SERVICE, SERVICE_TAG.Timestamp);
    if (out === undefined) return;
    this.records.address(out, SERVICE_TAG.IP, ends, false);
    out.uint32(SERVICE_TAG.Port, this.records.port(ends, false));
    writeString(out, SERVICE_TAG.Name, name);
    writeText(out, SERVICE_TAG.Banner, banner, 0, Math.min(banner.length, MAX_BANNER_BYTES));
    writeString(out, SERVICE_TAG.Protocol, protocol);
    writeString(out, SERVICE_TAG.Flows, this.records.flowText(ends));
    writeString(out, SERVICE_TAG.Product, program?.product ?? "");
    writeString(out, SERVICE_TAG.Vendor, program?.vendor ?? "");
    writeString(out, SERVICE_TAG.Version, program?.version ?? "");
    writeString(out, SERVICE_TAG.OS, program?.os ?? "");
    this.records.id(out, SERVICE_TAG.ConnectionID, ends);
    this.records.commit(SERVICE);
  }

  /** A mail server has greeted: nothing where the capture lacks that. */
  greeting(ends: Ends, application: string, text: string): void {
    if (text === "") return;
    const banner = new TextEncoder().encode(text);
    this.service(ends, "TCP", application, banner, programOfGreeting(text));
    this.program(ends, false, {
      source: `${application} greeting`,
      text,
      parse: programOfGreeting,
      service: application,
    });
  }

  /** One end has said what program it is. */
  program(ends: Ends, isClient: boolean, evidence: Evidence): void {
    const { source, parse, service } = evidence;
    const text = evidence.text.slice(0, MAX_TEXT_LENGTH);
    if (text === "" || !this.records.isWanted(SOFTWARE)) return;
    const host = this.records.hostKey(ends, isClient);
    if (!this.#texts.isNews(host + text)) return;
    const program = parse(text);
    if (program.product === "") return;
    if (!this.#programs.isNews(`${host}${program.product}/${program.version} ${source}`)) return;
    const out = this.records.begin(SOFTWARE, SOFTWARE_TAG.Timestamp);
    if (out === undefined) return;
    writeString(out, SOFTWARE_TAG.Product, program.product);
    writeString(out, SOFTWARE_TAG.Vendor, program.vendor);
    writeString(out, SOFTWARE_TAG.Version, program.version);
    writeString(out, SOFTWARE_TAG.SourceName, source);
    writeString(out, SOFTWARE_TAG.Service, service);
    writeString(out, SOFTWARE_TAG.Flows, this.records.flowText(ends));
    writeString(out, SOFTWARE_TAG.SourceData, text);
    writeString(out, SOFTWARE_TAG.OS, program.os);
    this.records.id(out, SOFTWARE_TAG.ConnectionID, ends);
    this.records.address(out, SOFTWARE_TAG.IP, ends, isClient);
    this.records.commit(SOFTWARE);
  }
}
