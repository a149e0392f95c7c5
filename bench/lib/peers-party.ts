import { type TransferMode, WebRTCMultiplayerPeer } from 'scenewire';
import { BareEnd } from './bare-end.js';
import type { End, Mail, Outcome } from './end.js';
import { channelsFrom, FIRST_CLIENT, MultiplayerEnd, modes, SERVER, type Side } from './peers-end.js';

export interface PartySetup {
  readonly side: Side;
  readonly role: 'server' | 'clients';
  /** A server's clients, or how many clients these are. */
  readonly size: number;
  /** The label of the channel that everything is sent on. */
  readonly label: string;
}

/** One process' share of a game: its server, or clients of one. */
export abstract class Party {
  readonly ends: End[] = [];

  /** Of each connection, in their order. */
  get settled(): Promise<Outcome[]> {
    return Promise.all(this.ends.map((end) => end.settled));
  }

  abstract poll(): void;
  /** One packet from each end to its other end, and the end of the frame. */
  abstract broadcast(packet: Uint8Array): void;
  abstract read(apply: (packet: Uint8Array) => void): void;
  abstract close(): void;
}

export function makeParty(setup: PartySetup, post: (end: number, mail: Mail) => void): Party {
  return setup.side === 'bare' ? new BareParty(setup, post) : new MultiplayerParty(setup, post);
}

class MultiplayerParty extends Party {
  readonly #peers: WebRTCMultiplayerPeer[] = [];

  constructor({ side, role, size, label }: PartySetup, post: (end: number, mail: Mail) => void) {
    super();
    const mode = modes[label] as TransferMode;
    const options = side === 'plain' ? ({ link: false } as const) : {};
    for (let i = 0; i < size; i += 1) {
      if (role === 'clients' || i === 0) this.#peers.push(new WebRTCMultiplayerPeer(options));
      const peer = this.#peers.at(-1)!;
      if (role === 'clients') peer.createClient(FIRST_CLIENT + i);
      else if (i === 0) peer.createServer();
      peer.transferMode = mode;
      const remoteId = role === 'clients' ? SERVER : FIRST_CLIENT + i;
      this.ends.push(new MultiplayerEnd({ peer, remoteId, mode, post: (mail) => post(i, mail) }));
    }
  }

  poll(): void {
    for (const peer of this.#peers) peer.poll();
  }

  broadcast(packet: Uint8Array): void {
    for (const peer of this.#peers) {
      peer.putPacket(packet);
      peer.flush();
    }
  }

  read(apply: (packet: Uint8Array) => void): void {
    for (const peer of this.#peers) while (peer.getAvailablePacketCount() > 0) apply(peer.getPacket());
  }

  close(): void {
    for (const peer of this.#peers) peer.close();
  }
}

class BareParty extends Party {
  readonly #bare: BareEnd[] = [];
  readonly #open = new Set<BareEnd>();

  constructor({ size, label }: PartySetup, post: (end: number, mail: Mail) => void) {
    super();
    for (let i = 0; i < size; i += 1) {
      const end = new BareEnd(channelsFrom(label), (mail) => post(i, mail));
      this.#bare.push(end);
      this.ends.push(end);
      void end.settled.then((outcome) => outcome === 'open' && this.#open.add(end));
    }
  }

  poll(): void {}

  broadcast(packet: Uint8Array): void {
    for (const end of this.#open) end.send(packet, 1);
  }

  read(apply: (packet: Uint8Array) => void): void {
    for (const end of this.#bare) for (const packet of end.takePackets()) apply(packet);
  }

  close(): void {
    for (const end of this.#bare) end.close();
  }
}
