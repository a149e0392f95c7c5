import { type Clock, realClock } from '../../core/clock.js';
import type { ExtensionClass, WebRTCPeerConnectionExtension } from '../webrtc-peer-connection-extension.js';
import { type LinkConditions, linkConditions } from './link-conditions.js';
import { LoopbackAssociation } from './loopback-association.js';
import { type LoopbackHost, LoopbackPeerConnection } from './loopback-peer-connection.js';
import type { SimulatedLink } from './simulated-link.js';

export interface LoopbackNetworkOptions {
  /** What time it is on this network. Give a ManualClock to decide it. */
  clock?: Clock | undefined;
  /** Same seed, same calls at the same times: same packets lost, late and twice. */
  seed?: number | undefined;
  /** Of every direction, until they are changed. */
  conditions?: Partial<LinkConditions> | undefined;
}

/** Who is on the network and how they are linked: the network as its connections see it. */
class Switchboard implements LoopbackHost {
  readonly clock: Clock;
  readonly links = new Map<WebRTCPeerConnectionExtension, SimulatedLink>();
  conditions: LinkConditions;
  readonly #seed: number;
  readonly #connections = new Map<number, LoopbackPeerConnection>();
  #lastId = 0;

  constructor({ clock = realClock, seed = 1, conditions = {} }: LoopbackNetworkOptions) {
    this.clock = clock;
    this.#seed = seed;
    this.conditions = linkConditions(conditions);
  }

  register(connection: LoopbackPeerConnection): number {
    this.#lastId += 1;
    this.#connections.set(this.#lastId, connection);
    return this.#lastId;
  }

  unregister(connection: LoopbackPeerConnection): void {
    this.#connections.delete(connection.id);
    this.links.delete(connection);
  }

  tryConnect(one: LoopbackPeerConnection): void {
    const other = one.remoteId === null ? undefined : this.#connections.get(one.remoteId);
    const ready = other !== undefined && other.remoteId === one.id && one.isReady && other.isReady;
    if (!ready || one.isJoined || !(one.knowsCandidate || other.knowsCandidate)) return;
    const association = new LoopbackAssociation(this.clock, this.#seed * 31 + one.id + other.id, this.conditions);
    this.links.set(one, association.links[0]);
    this.links.set(other, association.links[1]);
    one.join(association, 0);
    other.join(association, 1);
  }
}

/**
 * A network inside one process: its connections reach each other and nothing else. It has no timers; what is due is
 * delivered when the receiving connection is polled.
 * @example
 * ```ts run
 * import { WebRTCPeerConnection } from 'scenewire';
 * import { LINK_PRESETS, LoopbackNetwork, ManualClock } from 'scenewire/testing';
 *
 * const clock = new ManualClock();
 * const network = new LoopbackNetwork({ clock, seed: 7, conditions: LINK_PRESETS.wifi });
 * const connection = new WebRTCPeerConnection({ extension: network.Extension });
 * clock.advance(1000 / 60);
 * connection.poll(); // a frame later, without waiting for one
 * network.setConditions({ lossRate: 0.2 });
 * connection.close();
 * ```
 */
export class LoopbackNetwork {
  /** The back end to give to a connection: `new WebRTCPeerConnection({ extension: network.Extension })`. */
  readonly Extension: ExtensionClass;
  readonly clock: Clock;
  readonly #board: Switchboard;

  constructor(options: LoopbackNetworkOptions = {}) {
    const board = new Switchboard(options);
    this.#board = board;
    this.clock = board.clock;
    this.Extension = class extends LoopbackPeerConnection {
      constructor() {
        super(board);
      }
    };
  }

  /** Changes both directions of all links, present and future, at once and while packets are in flight. */
  setConditions(change: Partial<LinkConditions>): void {
    const { links, conditions } = this.#board;
    this.#board.conditions = linkConditions(change, conditions);
    for (const link of links.values()) link.setConditions(change);
  }

  /** What a connection sends on: to change one direction alone, or to read what happened on it. Null until it connects. */
  linkFrom(connection: { readonly extension: WebRTCPeerConnectionExtension | null }): SimulatedLink | null {
    return (connection.extension && this.#board.links.get(connection.extension)) ?? null;
  }
}
