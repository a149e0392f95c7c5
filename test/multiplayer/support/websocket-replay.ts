import { errorString, type WebSocketMultiplayerPeer } from 'scenewire';
import { expect } from 'vitest';
import { readVectors } from '../../support/vectors.js';
import { acceptOf, encodeFrame, type Frame, readHead } from './websocket-frames.js';
import type { RawEnd, WebSocketRoom } from './websocket-room.js';

interface Happening {
  readonly who: string;
  readonly event: string;
  readonly [member: string]: unknown;
}

/** One step of a recording: something on a link, or something that an engine did or noticed. */
export interface Item extends Partial<Frame> {
  readonly link?: string;
  readonly dir?: 'c2s' | 's2c';
  readonly http?: string;
  readonly raw_hex?: string;
  readonly tcp_closed?: boolean;
  readonly event?: Happening;
}

export interface Scenario {
  readonly name: string;
  readonly description?: string;
  /** Of clients with an API on top. */
  readonly client_ids?: readonly number[];
  readonly items: readonly Item[];
}

/** What Godot 4.6.3 did. */
export const recording = readVectors<{
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly scenarios: readonly Scenario[];
}>('websocket-vectors.json');

export function scenario(name: string): Scenario {
  const found = recording.scenarios.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no scenario ${name}`);
  return found;
}

/** How one scenario is replayed. */
export interface Part {
  readonly room: WebSocketRoom;
  readonly peer: WebSocketMultiplayerPeer;
  /** Whose events are ours: "server", "client", "client1". */
  readonly who: string;
  /** Which links are played; all of them when left out. */
  readonly link?: string;
  /** What stands on the wire comes from an API on top of the peer, whose part the replay plays. */
  readonly api?: boolean;
  /** Our client asks for the link, in the query of its URL. */
  readonly asks?: boolean;
  /** Where our packets differ from Godot's, by Godot's hex. */
  readonly differs?: Readonly<Record<string, string>>;
}

const MODES: Record<string, 0 | 1 | 2> = { unreliable: 0 };
const VOLATILE = ['sec-websocket-key', 'sec-websocket-accept', 'host'];

function expectHead(actual: string, recorded: string): void {
  const [one, other] = [readHead(actual), readHead(recorded)];
  for (const { headers } of [one, other]) for (const name of VOLATILE) delete headers[name];
  expect(one).toEqual(other);
}

const idHex = (id: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(id);
  return bytes.toString('hex');
};

/** Plays one side of a recording by hand, byte for byte, and expects of the peer what Godot did. */
abstract class Replay {
  protected readonly part: Part;
  protected readonly ends = new Map<string, RawEnd>();
  /** Ids differ from run to run: recorded ones, and those of this run. */
  protected readonly ids = new Map<number, number>();
  readonly #seen = new Map<string, number>();

  constructor(part: Part) {
    this.part = part;
  }

  protected abstract readonly sent: 'c2s' | 's2c';
  protected abstract sendHead(link: string, recorded: string): Promise<void>;

  async run(items: readonly Item[]): Promise<void> {
    for (const item of items) await this.#step(item);
    await this.part.room.quiet();
    for (const end of this.ends.values()) expect(end.bytes.length).toBe(0);
  }

  protected end(link: string): RawEnd {
    const end = this.ends.get(link);
    if (end === undefined) throw new Error(`Nobody is on link ${link}`);
    return end;
  }

  protected withIds(hex: string): string {
    let result = hex;
    for (const [recorded, actual] of this.ids) result = result.replace(idHex(recorded), idHex(actual));
    return result;
  }

  protected beforeReceiving(_item: Item): void {}

  async #step(item: Item): Promise<void> {
    if (item.event !== undefined) {
      if (item.event.who === this.part.who) await this.#happen(item.event);
      return;
    }
    const link = item.link ?? '';
    if (this.part.link !== undefined && link !== this.part.link) return;
    if (item.dir === this.sent) await this.#send(link, item);
    else await this.#receive(link, item);
  }

  async #send(link: string, item: Item): Promise<void> {
    if (item.http !== undefined) return this.sendHead(link, item.http);
    const end = await this.connected(link);
    if (item.tcp_closed) {
      end.socket.destroy();
      return;
    }
    const hex = this.withIds(item.payload_hex ?? '');
    const same = hex === item.payload_hex;
    const fresh = encodeFrame(item.frame ?? '', Buffer.from(hex, 'hex'), item.masked ?? false, item.fin);
    end.send(same ? Buffer.from(item.raw_hex ?? '', 'hex') : fresh);
    if (this.part.api && item.frame === 'binary' && !this.isId(item)) await this.#hear(`packet`, hex);
  }

  /** A raw client may have to connect before its first bytes. */
  protected async connected(link: string): Promise<RawEnd> {
    return this.end(link);
  }

  protected isId(_item: Item): boolean {
    return false;
  }

  async #receive(link: string, item: Item): Promise<void> {
    const { room } = this.part;
    const end = await this.connected(link);
    if (item.tcp_closed) {
      await room.until(() => end.closed, 'the end of the TCP connection');
      end.socket.destroy();
    } else if (item.http !== undefined) {
      await room.until(() => end.bytes.includes('\r\n\r\n'), 'a head');
      const head = end.takeHead() ?? '';
      expectHead(this.part.asks ? head.replace(/[?&]scenewire=1(?= HTTP)/, '') : head, item.http);
      this.gotHead(head);
    } else {
      this.beforeReceiving(item);
      const { frame, fin, masked } = item;
      expect(await room.frame(end)).toEqual({ frame, fin, masked, payload_hex: this.withIds(item.payload_hex ?? '') });
    }
  }

  protected gotHead(_head: string): void {}

  async #happen(event: Happening): Promise<void> {
    const { peer, room } = this.part;
    if (event.event === 'peer_connected' || event.event === 'peer_disconnected') {
      if (!this.part.api || this.knows(event)) await this.#hearSignal(event);
    } else if (event.event === 'packet') {
      const hex = String(event['hex']);
      await this.#hear('packet', this.part.differs?.[hex] ?? hex);
      expect([event['mode'], event['channel']]).toEqual([peer.getPacketMode(), peer.getPacketChannel()]);
    } else if (event.event === 'status') {
      const status = ['DISCONNECTED', 'CONNECTING', 'CONNECTED'].indexOf(String(event['status']));
      await room.until(() => peer.getConnectionStatus() === status, `status ${status}`);
      expect(peer.getUniqueId()).toBe(event['unique_id']);
    } else {
      await this.#act(event);
    }
  }

  /** Peers of the transport; an API on a client also tells of peers behind the server. */
  protected knows(_event: Happening): boolean {
    return true;
  }

  async #act(event: Happening): Promise<void> {
    const { peer, room } = this.part;
    if (event.event === 'put_packet') this.#put(event);
    if (event.event === 'close') peer.close();
    if (event.event === 'disconnect_peer') peer.disconnectPeer(this.#id(event['id'] ?? [...this.ids.keys()][0] ?? 1));
    if (event.event === 'refuse_new_connections') {
      await room.quiet();
      for (const end of this.ends.values()) expect(end.bytes.length).toBe(0);
      peer.refuseNewConnections = event['value'] === true;
    }
    if (event.event === 'selected_protocol') expect(peer.getPeer(1)?.getSelectedProtocol()).toBe(event['value']);
  }

  #put(event: Happening): void {
    const { peer } = this.part;
    const size = event['size'] as number | undefined;
    const packet = size === undefined ? Buffer.from(String(event['hex']), 'hex') : Buffer.alloc(size, 7);
    peer.transferMode = MODES[String(event['mode'])] ?? 2;
    peer.transferChannel = (event['channel'] as number | undefined) ?? 0;
    peer.setTargetPeer(this.#id(event['target']));
    expect(errorString(peer.putPacket(packet))).toBe(event['result'] ?? 'OK');
  }

  #id(recorded: unknown): number {
    const id = recorded as number;
    return id < 0 ? -(this.ids.get(-id) ?? -id) : (this.ids.get(id) ?? id);
  }

  async #hearSignal({ event, id }: Happening): Promise<void> {
    const line = await this.#next(event);
    const actual = Number(line.split(' ').at(-1));
    if (!this.ids.has(id as number)) this.ids.set(id as number, actual);
    expect(actual).toBe(this.#id(id));
  }

  async #hear(event: string, hex: string): Promise<void> {
    const line = await this.#next(event);
    expect(line.split(' ').at(-1)).toBe(this.withIds(hex));
  }

  /** The next line of this kind that our peer wrote. */
  async #next(event: string): Promise<string> {
    const { room, who } = this.part;
    const at = this.#seen.get(event) ?? 0;
    const lines = (): string[] => room.log.filter((line) => line.startsWith(`${who} ${event} `));
    await room.until(() => lines().length > at, `${who} ${event} number ${at + 1}`);
    this.#seen.set(event, at + 1);
    return lines()[at] ?? '';
  }
}

/** Plays Godot's clients to a server of ours. */
export class ServerReplay extends Replay {
  protected readonly sent = 'c2s';
  readonly #keys: string[] = [];
  readonly #peerOf = new Map<string, number>();

  protected override async connected(link: string): Promise<RawEnd> {
    const end = this.ends.get(link) ?? (await this.part.room.raw(this.part.peer.getServerPort()));
    this.ends.set(link, end);
    return end;
  }

  protected async sendHead(link: string, recorded: string): Promise<void> {
    this.#keys.push(readHead(recorded).headers['sec-websocket-key'] ?? '');
    (await this.connected(link)).send(recorded);
  }

  protected override gotHead(head: string): void {
    expect(this.#keys.map(acceptOf)).toContain(readHead(head).headers['sec-websocket-accept']);
  }

  /** With an API on top, everything but the id is put by it. */
  protected override beforeReceiving(item: Item): void {
    if (!this.part.api || item.frame !== 'binary') return;
    const { peer } = this.part;
    const link = item.link ?? '';
    const to = this.#peerOf.get(link);
    if (to === undefined) {
      const recorded = Buffer.from(item.payload_hex ?? '', 'hex').readInt32LE();
      // The API tells the others of a newcomer before the newcomer's own id has been seen on its link.
      this.#peerOf.set(link, this.ids.get(recorded) ?? 0);
      return;
    }
    peer.setTargetPeer(to);
    peer.putPacket(Buffer.from(this.withIds(item.payload_hex ?? ''), 'hex'));
  }
}

/** Plays Godot's server to a client of ours. */
export class ClientReplay extends Replay {
  protected readonly sent = 's2c';
  readonly #server: () => RawEnd | null;
  #request = '';
  #sawId = false;

  constructor(part: Part, server: () => RawEnd | null) {
    super(part);
    this.#server = server;
  }

  protected override async connected(link: string): Promise<RawEnd> {
    await this.part.room.until(() => this.#server() !== null, 'our client');
    const end = this.#server() as RawEnd;
    this.ends.set(link, end);
    return end;
  }

  protected override gotHead(head: string): void {
    this.#request = head;
  }

  protected async sendHead(link: string, recorded: string): Promise<void> {
    const accept = acceptOf(readHead(this.#request).headers['sec-websocket-key'] ?? '');
    this.end(link).send(recorded.replace(/(Sec-WebSocket-Accept: ).*/, `$1${accept}`));
  }

  protected override isId(): boolean {
    const isFirst = !this.#sawId;
    this.#sawId = true;
    return isFirst;
  }

  protected override knows({ id }: Happening): boolean {
    return id === 1;
  }

  protected override beforeReceiving(item: Item): void {
    if (this.part.api && item.frame === 'binary') this.part.peer.putPacket(Buffer.from(item.payload_hex ?? '', 'hex'));
  }
}
