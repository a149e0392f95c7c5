import { type TransferMode, WebRTCMultiplayerPeer, type WebRTCMultiplayerPeerOptions } from 'scenewire';
import { type LinkConditions, LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { FIRST_CLIENT, MultiplayerEnd, SERVER } from './peers-end.js';

export const FRAME_MS = 1000 / 60;
const CONNECTING_FRAMES = 300;

export interface RoomOptions {
  readonly clients?: number;
  readonly conditions?: Partial<LinkConditions>;
  readonly channels?: readonly TransferMode[];
  readonly isLinked?: boolean;
}

/** A server and its clients on a simulated network, in a time that only `frame` moves. */
export class SimulatedRoom {
  readonly clock = new ManualClock(1000);
  readonly network = new LoopbackNetwork({ clock: this.clock });
  readonly server: WebRTCMultiplayerPeer;
  readonly clients: WebRTCMultiplayerPeer[] = [];

  constructor({ clients = 1, conditions = {}, channels = [], isLinked = true }: RoomOptions = {}) {
    const options: WebRTCMultiplayerPeerOptions = { clock: this.clock, ...(!isLinked && { link: false }) };
    // From the start: a link that met a better network than that would know more about the route than a game's does.
    this.network.setConditions(conditions);
    this.server = new WebRTCMultiplayerPeer(options);
    this.server.createServer(channels);
    for (let i = 0; i < clients; i += 1) {
      const client = new WebRTCMultiplayerPeer(options);
      client.createClient(FIRST_CLIENT + i, channels);
      this.clients.push(client);
      this.#join(client, FIRST_CLIENT + i);
    }
    for (let i = 0; i < CONNECTING_FRAMES; i += 1) this.frame();
  }

  /** Time goes on by one frame, in which everybody polls, then `play` acts, then all that was put leaves. */
  frame(play: () => void = () => {}): void {
    this.clock.advance(FRAME_MS);
    this.server.poll();
    for (const client of this.clients) client.poll();
    play();
    this.server.flush();
    for (const client of this.clients) client.flush();
  }

  #join(client: WebRTCMultiplayerPeer, id: number): void {
    const init = { extension: this.network.Extension };
    const here: MultiplayerEnd = new MultiplayerEnd({
      peer: this.server,
      remoteId: id,
      post: (mail) => there.receive(mail),
      init,
    });
    const there = new MultiplayerEnd({ peer: client, remoteId: SERVER, post: (mail) => here.receive(mail), init });
    here.offer();
  }
}

/** A packet that tells when it was put. */
export function stamped(now: number, size: number): Uint8Array {
  const packet = new Uint8Array(size);
  new DataView(packet.buffer).setFloat64(0, now);
  return packet;
}

export const putAt = (packet: Uint8Array): number => new DataView(packet.buffer, packet.byteOffset).getFloat64(0);
