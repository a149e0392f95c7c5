import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import { noteWaiting } from '../../extension/waiting.js';
import type { WebRTCPeerConnection } from '../../extension/webrtc-peer-connection.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';

/** A turn of its own, as soon as one comes. Only Node has one that no timer delays. */
const nextTurn = (run: () => void): void => {
  const { setImmediate: soon } = globalThis as { setImmediate?: (run: () => void) => unknown };
  if (soon === undefined) setTimeout(run, 0);
  else soon(run);
};

/** Polls in the turn after something has begun to wait, once for all that waits by then. */
export class PromptPolls {
  readonly #poll: () => void;
  #isDue = false;

  constructor(poll: () => void) {
    this.#poll = poll;
  }

  /** Something waits. */
  readonly note = (): void => {
    if (this.#isDue) return;
    this.#isDue = true;
    nextTurn(this.#run);
  };

  readonly #run = (): void => {
    this.#isDue = false;
    try {
      this.#poll();
    } catch (thrown) {
      pushError('A poll threw', Err.ERR_SCRIPT_FAILED, thrown);
    }
  };
}

/**
 * Polls a connection whenever it has something to tell, until the function that it gives is called: for a program that
 * has no frames, or none yet, so that what two ends say to each other never waits for one. Packets are not told of that
 * way: once the connection stands it belongs into a frame.
 * @example
 * ```ts run
 * import { WebRTCPeerConnection } from 'scenewire';
 * import { pollPromptly } from 'scenewire/headless';
 *
 * const [here, there] = [new WebRTCPeerConnection(), new WebRTCPeerConnection()];
 * for (const [one, other] of [[here, there], [there, here]] as const) {
 *   pollPromptly(one);
 *   one.createDataChannel('game', { negotiated: true, id: 1 });
 *   one.session_description_created.connect((type, sdp) => {
 *     one.setLocalDescription(type, sdp);
 *     other.setRemoteDescription(type, sdp); // elsewhere: by your signalling
 *   });
 *   one.ice_candidate_created.connect((media, index, name) => other.addIceCandidate(media, index, name));
 * }
 * here.connected.connect(() => {
 *   console.log('connected'); // and nobody has called poll()
 *   for (const connection of [here, there]) connection.close();
 * });
 * here.createOffer();
 * // → connected
 * ```
 */
export function pollPromptly(connection: WebRTCPeerConnection): () => void {
  let isOver = false;
  const polls = new PromptPolls(() => {
    if (!isOver) connection.poll();
  });
  noteWaiting(connection, polls.note);
  // What came before.
  polls.note();
  return () => {
    isOver = true;
  };
}

/** Between the ticks of a loop: connections that are on their way get on, whichever peer the game has. */
export class PromptJoins {
  #peer: MultiplayerPeer | null = null;
  readonly #polls = new PromptPolls(() => this.#peer?.pollConnecting());

  /** The peer that the game has now. */
  follow(peer: MultiplayerPeer | null): void {
    if (peer === this.#peer) return;
    if (this.#peer?.onWaiting === this.#polls.note) this.#peer.onWaiting = null;
    this.#peer = peer;
    if (peer === null) return;
    peer.onWaiting = this.#polls.note;
    this.#polls.note();
  }
}
