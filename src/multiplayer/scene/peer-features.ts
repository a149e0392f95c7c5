import { isFeatureName } from '../../extension/announcement.js';
import { NO_FEATURES, RELAY_FEATURE } from '../announced-features.js';
import { TARGET_PEER_SERVER } from '../multiplayer-types.js';
import type { Members } from './members.js';
import { SYS_BYTES } from './scene-command.js';
import type { SceneSender } from './scene-sender.js';

/** Far more than there will ever be. */
const MAX_FEATURES = 32;
const MAX_BYTES = 1024;
const decoder = new TextDecoder();

/**
 * Which features of scenewire a peer announced. The transport knows it of those it is connected to; of the others the
 * server tells, to those that announced `relay1` themselves.
 */
export class PeerFeatures {
  readonly #members: Members;
  readonly #sender: SceneSender;
  /** At a client: what the server told of the others. */
  readonly #told = new Map<number, readonly string[]>();
  /** At the server: of whom the others know. */
  readonly #shared = new Set<number>();

  constructor(members: Members, sender: SceneSender) {
    this.#members = members;
    this.#sender = sender;
  }

  has(peer: number, feature: string): boolean {
    if (!this.#sender.isBehindServer || peer === TARGET_PEER_SERVER) return this.#direct(peer).includes(feature);
    return this.#told.get(peer)?.includes(feature) ?? false;
  }

  /**
   * At the server, once per poll: an announcement may come later than the peer itself. Who does not take part is not told
   * of the others, nor are they told of it: what is used between two of them has to be known to both.
   */
  share(): void {
    if (!this.#sender.isRelayActive || this.#sender.uniqueId !== TARGET_PEER_SERVER) return;
    const { connected } = this.#members;
    // PERF: by number. Until the engine has compiled it, `for…of` makes an iterator and an object for each step.
    for (let at = 0; at < connected.length; at += 1) {
      const peer = connected[at] as number;
      if (!this.#shared.has(peer) && this.#direct(peer).includes(RELAY_FEATURE)) this.#introduce(peer);
    }
  }

  /** FEATURES, which only the server sends. False for what it can't mean. */
  receive(packet: Uint8Array, about: number): boolean {
    const isRelayed = this.#members.has(about) && about !== TARGET_PEER_SERVER;
    const text = packet.subarray(SYS_BYTES);
    if (!isRelayed || text.length > MAX_BYTES) return false;
    const features = decoder.decode(text).split(' ').filter(isFeatureName);
    this.#told.set(about, features.slice(0, MAX_FEATURES));
    return true;
  }

  peerLeft(peer: number): void {
    this.#told.delete(peer);
    this.#shared.delete(peer);
  }

  clear(): void {
    this.#told.clear();
    this.#shared.clear();
  }

  #introduce(peer: number): void {
    for (const other of this.#shared) {
      this.#sender.tellFeatures(other, peer, this.#direct(peer));
      this.#sender.tellFeatures(peer, other, this.#direct(other));
    }
    this.#shared.add(peer);
  }

  #direct(peer: number): readonly string[] {
    return this.#sender.peer?.getPeerFeatures(peer) ?? NO_FEATURES;
  }
}
