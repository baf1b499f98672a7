import { DnsMessages } from "./dns_messages.ts";
import { DnsReader } from "./dns_reader.ts";
import { HttpReader } from "./http_reader.ts";
import { Inventory } from "./inventory.ts";
import { Pop3Reader } from "./pop3_reader.ts";
import type { Reader } from "./reader.ts";
import { SmtpReader } from "./smtp_reader.ts";
import { SshReader } from "./ssh_reader.ts";
import type { Ends, StreamRecords } from "./stream_records.ts";
import { TlsReader } from "./tls_reader.ts";

/** The readers that there are. */
export class Readers {
  readonly inventory: Inventory;
  readonly #dns: DnsMessages;

  /** @param hasContext Whether DNS records have addresses and ports. */
  constructor(readonly records: StreamRecords, hasContext: boolean) {
    this.inventory = new Inventory(records);
    this.#dns = new DnsMessages(records, hasContext);
  }

  /** One for a connection of that application; undefined where nobody reads it. */
  of(application: string, ends: Ends): Reader | undefined {
    const { records, inventory } = this;
    switch (application) {
      case "DNS":
        return new DnsReader(this.#dns, inventory, ends);
      case "HTTP":
        return new HttpReader(records, inventory, ends);
      case "POP3":
        return new Pop3Reader(records, inventory, ends);
      case "SMTP":
        return new SmtpReader(records, inventory, ends);
      case "SSH":
        return new SshReader(records, inventory, ends);
      case "TLS":
        return new TlsReader(records, inventory, ends);
      default:
        return undefined;
    }
  }
}
