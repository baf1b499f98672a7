import { randomNumbers } from "../base/random_numbers.ts";

/** What becomes of datagrams, the same for both ways. */
export interface Weather {
  /** Which part is lost, 0 to 1. */
  readonly loss?: number;
  /** Which part comes twice. */
  readonly duplication?: number;
  /** How long all of them take, one way. */
  readonly delayMs?: number;
  /** How much longer some take, at random: with that, later ones come earlier. */
  readonly jitterMs?: number;
}

/** What a relay did, in datagrams of both ways. */
export interface RelayCounts {
  forwarded: number;
  lost: number;
  duplicated: number;
  /** Lost since too many were under way. */
  overflowed: number;
}

/** Room for any datagram. */
const BUFFER_BYTES = 65_536;
/** Under way at most: 25 MB of large datagrams for each second of delay would be a fault of the test. */
const MAX_UNDER_WAY = 20_000;
const MAX_FLOWS = 1024;

/** A client and the socket that speaks to the server for it. */
interface Flow {
  readonly client: Deno.NetAddr;
  upstream: Deno.DatagramConn;
}

/**
 * A network in a socket: clients send to it what it hands on to one server, and the other way round,
 * late, twice or not at all as the weather is. A seed decides; only what comes when is not in its hand.
 */
export class UdpRelay implements Disposable {
  readonly address: Deno.NetAddr;
  readonly counts: RelayCounts = { forwarded: 0, lost: 0, duplicated: 0, overflowed: 0 };
  weather: Weather;
  /** Told of each datagram of a client that comes, also of those that it loses. */
  onClientDatagram: ((bytes: Uint8Array) => void) | undefined;
  /** While it is set nothing passes. */
  isCut = false;
  /** While it is set nothing passes from the server to clients. */
  losesAnswers = false;
  /** Where it leads to. */
  server: { readonly hostname: string; readonly port: number };
  readonly #random: (limit: number) => number;
  readonly #socket: Deno.DatagramConn;
  readonly #flows = new Map<number, Flow>();
  /** What is to be sent in which millisecond. */
  readonly #slots = new Map<number, (() => void)[]>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #underWay = 0;

  /** @param port Where it listens on 127.0.0.1; a free one by default. */
  constructor(
    server: { readonly hostname: string; readonly port: number },
    weather: Weather = {},
    seed = 1,
    port = 0,
  ) {
    this.server = server;
    this.weather = weather;
    this.#random = randomNumbers(seed);
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port });
    this.address = this.#socket.addr as Deno.NetAddr;
    this.#read(this.#socket, (bytes, client) => {
      this.onClientDatagram?.(bytes);
      const flow = this.#flowOf(client);
      if (flow) this.#pass(() => flow.upstream.send(bytes, { transport: "udp", ...this.server }));
    });
  }

  /** Speaks to the server from new ports: what a router does that has forgotten its clients. */
  rebind(): void {
    for (const flow of this.#flows.values()) {
      flow.upstream.close();
      flow.upstream = this.#openUpstream(flow.client);
    }
  }

  /** Nothing passes for so long. */
  async cut(ms: number): Promise<void> {
    this.isCut = true;
    await new Promise<void>((resolve) => this.#after(ms, resolve));
    this.isCut = false;
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { upstream } of this.#flows.values()) upstream.close();
    this.#socket.close();
  }

  #flowOf(client: Deno.NetAddr): Flow | undefined {
    const known = this.#flows.get(client.port);
    if (known || this.#flows.size >= MAX_FLOWS) return known;
    const flow = { client, upstream: this.#openUpstream(client) };
    this.#flows.set(client.port, flow);
    return flow;
  }

  #openUpstream(client: Deno.NetAddr): Deno.DatagramConn {
    const upstream = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    this.#read(upstream, (bytes) => {
      if (this.losesAnswers) this.counts.lost++;
      else this.#pass(() => this.#socket.send(bytes, client));
    });
    return upstream;
  }

  /** Hands on all that comes, until the socket is closed. */
  async #read(
    socket: Deno.DatagramConn,
    take: (bytes: Uint8Array, from: Deno.NetAddr) => void,
  ): Promise<void> {
    const buffer = new Uint8Array(BUFFER_BYTES);
    for (;;) {
      try {
        const [bytes, from] = await socket.receive(buffer);
        take(bytes.slice(), from as Deno.NetAddr);
      } catch (error) {
        if (error instanceof Deno.errors.ConnectionRefused) continue; // nobody is there just now
        return;
      }
    }
  }

  #pass(send: () => Promise<number>): void {
    const { loss = 0, duplication = 0, delayMs = 0, jitterMs = 0 } = this.weather;
    if (this.isCut || this.#chance(loss)) {
      this.counts.lost++;
      return;
    }
    const copies = this.#chance(duplication) ? 2 : 1;
    this.counts.duplicated += copies - 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.#underWay >= MAX_UNDER_WAY) {
        this.counts.overflowed++;
        continue;
      }
      this.#later(delayMs + (jitterMs > 0 ? this.#random(jitterMs * 1000) / 1000 : 0), () => {
        this.counts.forwarded++;
        send().catch(() => {}); // the server is not there, or the socket has been closed
      });
    }
  }

  #later(ms: number, send: () => void): void {
    if (ms === 0) return send();
    this.#underWay++;
    const due = Math.ceil(performance.now() + ms);
    const slot = this.#slots.get(due);
    if (slot) {
      slot.push(send);
      return;
    }
    const sends = [send];
    this.#slots.set(due, sends);
    this.#after(due - performance.now(), () => {
      this.#slots.delete(due);
      this.#underWay -= sends.length;
      for (const each of sends) each();
    });
  }

  #after(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }

  #chance(part: number): boolean {
    return part > 0 && this.#random(1_000_000) < part * 1_000_000;
  }
}
