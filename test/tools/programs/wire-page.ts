import { MultiplayerPeer, SceneMultiplayer, TransferMode, WebRTCMultiplayerPeer } from 'scenewire';
import { NetworkMonitor } from 'scenewire/inspector';
import { joinInProcess } from '../../../samples/arena/net/in-process.js';

export interface Traffic {
  /** Packets of both sides in each frame, a message each. */
  readonly out: number;
  readonly in: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Bytes of the server's connection. */
export interface WireBytes {
  readonly sent: number;
  readonly received: number;
}

const FRAME_MS = 16;

/** Two peers of one page, over real connections. */
export class WirePage {
  readonly #server = new WebRTCMultiplayerPeer();
  readonly #client = new WebRTCMultiplayerPeer();
  readonly #api = new SceneMultiplayer();
  readonly #monitor = new NetworkMonitor(this.#api);
  #traffic: Traffic = { out: 0, in: 0, bytes: 0, seconds: 0 };

  constructor() {
    this.#server.createServer();
    this.#api.multiplayerPeer = this.#server;
    joinInProcess(this.#server, this.#client);
    setInterval(() => this.#frame(), FRAME_MS);
  }

  /** The link measures, and the estimate has begun. */
  get isLinked(): boolean {
    return this.#server.getPeerStats(this.#client.getUniqueId()) !== null && this.#estimated.sent > 0;
  }

  /** What the overlay would tell, and what the browser has counted. */
  async measure(traffic: Traffic): Promise<{ estimated: WireBytes; counted: WireBytes }> {
    const before = { estimated: this.#estimated, counted: await this.#counted() };
    this.#traffic = traffic;
    await new Promise((done) => setTimeout(done, traffic.seconds * 1000));
    this.#traffic = { ...traffic, out: 0, in: 0 };
    // What is under way arrives.
    await new Promise((done) => setTimeout(done, 700));
    const after = { estimated: this.#estimated, counted: await this.#counted() };
    return {
      estimated: minus(after.estimated, before.estimated),
      counted: minus(after.counted, before.counted),
    };
  }

  get #estimated(): WireBytes {
    const [peer] = this.#monitor.figures().peers;
    return { sent: peer?.wireSentBytes ?? 0, received: peer?.wireReceivedBytes ?? 0 };
  }

  /** Browsers leave the headers of IP and UDP out. */
  async #counted(): Promise<WireBytes> {
    const entry = this.#server.getPeer(this.#client.getUniqueId());
    const { raw } = (await entry?.connection.getStats()) ?? {};
    const reports = [
      ...(raw as ReadonlyMap<string, { readonly type: string; readonly [name: string]: unknown }>).values(),
    ];
    const transport = reports.find(({ type }) => type === 'transport') ?? {};
    const of = (way: 'Sent' | 'Received'): number =>
      Number(Reflect.get(transport, `bytes${way}`)) + 28 * Number(Reflect.get(transport, `packets${way}`));
    return { sent: of('Sent'), received: of('Received') };
  }

  #frame(): void {
    this.#api.poll();
    this.#client.poll();
    while (this.#client.getAvailablePacketCount() > 0) this.#client.getPacket();
    send(this.#server, this.#traffic.out, this.#traffic.bytes);
    send(this.#client, this.#traffic.in, this.#traffic.bytes);
    this.#monitor.update();
  }
}

/** Each flush makes a message of its own. */
function send(peer: MultiplayerPeer, count: number, bytes: number): void {
  for (let left = count; left > 0; left -= 1) {
    peer.setTargetPeer(MultiplayerPeer.TARGET_PEER_BROADCAST);
    peer.transferMode = TransferMode.TRANSFER_MODE_UNRELIABLE;
    // A raw packet of SceneMultiplayer, which nobody listens to.
    peer.putPacket(new Uint8Array(bytes).fill(3, 0, 1));
    peer.flush();
  }
  peer.flush();
}

const minus = (a: WireBytes, b: WireBytes): WireBytes => ({ sent: a.sent - b.sent, received: a.received - b.received });

declare global {
  var wire: WirePage;
}
globalThis.wire = new WirePage();
