/** Sockets of this machine, for tests of what uses the network. */

/** Whether all that came to an IPv4 UDP port has been read; where the system does not tell, yes. */
export async function kernelHoldsNone(port: number): Promise<boolean> {
  // Deno itself may read /proc only with all permissions.
  const { stdout } = await new Deno.Command("cat", { args: ["/proc/net/udp"], stderr: "null" })
    .output();
  const sockets = new TextDecoder().decode(stdout);
  const portDigits = port.toString(16).toUpperCase().padStart(4, "0");
  const row = new RegExp(`:${portDigits} \\S+ \\S+ \\w+:(\\w+) `).exec(sockets); // proc(5)
  return row === null || parseInt(row[1]!, 16) === 0;
}

/** A UDP socket of nobody's making but Deno's: it sends to an address, and reads what is sent to it. */
export class Peer implements Disposable {
  readonly address: Deno.NetAddr;
  readonly #socket: Deno.DatagramConn;
  #isClosed = false;

  constructor(hostname = "127.0.0.1") {
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    this.address = this.#socket.addr as Deno.NetAddr;
  }

  async send(bytes: Uint8Array, { hostname, port }: { hostname: string; port: number }) {
    await this.#socket.send(bytes, { transport: "udp", hostname, port });
  }

  /** The next datagram, which has to come. */
  async receive(): Promise<Uint8Array> {
    return (await this.receiveFrom()).bytes;
  }

  /** The next datagram and who sent it. */
  async receiveFrom(): Promise<{ readonly bytes: Uint8Array; readonly from: Deno.NetAddr }> {
    const [bytes, from] = await this.#socket.receive(new Uint8Array(65_536));
    return { bytes, from: from as Deno.NetAddr };
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }
}
