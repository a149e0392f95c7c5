import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import type { WebRTCPeerConnection } from '../../extension/webrtc-peer-connection.js';
import { ConnectionState } from '../../extension/webrtc-types.js';

/** What takes its time by itself, such as a time-out or a simulated network, is polled for as often as frames would. */
const FRAME_MS = 16;

/** A turn of its own, as soon as one comes. Only Node has one that no timer delays. */
const nextTurn = (run: () => void): void => {
  const { setImmediate: soon } = globalThis as { setImmediate?: (run: () => void) => unknown };
  if (soon === undefined) setTimeout(run, 0);
  else soon(run);
};

/**
 * Polls a connection in the turn after something has come for it, and as often as frames would, until it is closed or
 * the function that this gives is called: for a program that has no frames, or none yet, so that what two ends say to each
 * other never waits for one. Packets are not told of that way: once the connection stands it belongs into a frame.
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
  let isDue = false;
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    clearInterval(frames);
    if (connection.onWaiting === note) connection.onWaiting = undefined;
  };
  const poll = (): void => {
    isDue = false;
    if (isOver) return;
    try {
      connection.poll();
    } catch (thrown) {
      pushError('A poll threw', Err.ERR_SCRIPT_FAILED, thrown);
    }
    if (connection.getConnectionState() === ConnectionState.STATE_CLOSED) stop();
  };
  const note = (): void => {
    if (isDue) return;
    isDue = true;
    nextTurn(poll);
  };
  const frames = setInterval(poll, FRAME_MS);
  connection.onWaiting = note;
  // What came before.
  note();
  return stop;
}
