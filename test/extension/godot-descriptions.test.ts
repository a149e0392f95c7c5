import { Err, WebRTCPeerConnection } from 'scenewire';
import { afterEach, describe, expect, it } from 'vitest';
import { isNativeDescription } from '../../src/extension/session-description.js';
import { GODOT_ANSWER, GODOT_CANDIDATE, GODOT_OFFER } from './support/godot-descriptions.js';
import { ON_LOOPBACK } from './support/native-pair.js';

let connection: WebRTCPeerConnection;
const PATIENT = { timeout: 60_000, interval: 5 };

/** What the connection says next of itself. */
async function described(): Promise<string> {
  let text = '';
  connection.session_description_created.connect((type, sdp) => {
    connection.setLocalDescription(type, sdp);
    text = sdp;
  });
  await expect
    .poll(() => {
      connection.poll();
      return text;
    }, PATIENT)
    .not.toBe('');
  return text;
}

afterEach(() => connection.close());

/** What Godot says, to the back end of Node. */
describe("a real Godot's words", () => {
  it('an offer and a candidate are answered as the DTLS client, with what only our own peers read', async () => {
    connection = new WebRTCPeerConnection({ configuration: ON_LOOPBACK });
    connection.createDataChannel('reliable', { negotiated: true, id: 1 });
    expect(connection.addIceCandidate('0', 0, GODOT_CANDIDATE)).toBe(Err.OK);
    expect(connection.setRemoteDescription('offer', GODOT_OFFER)).toBe(Err.OK);
    expect(connection.addIceCandidate('0', 0, GODOT_CANDIDATE)).toBe(Err.OK);
    const answer = await described();
    expect(answer).toMatch(/^a=setup:active/m);
    expect(answer).toMatch(/^a=scenewire:1 /m);
    expect(isNativeDescription(GODOT_OFFER)).toBe(true);
    expect(connection.getRemoteFeatures()).toEqual([]);
  });

  it('an answer is taken, and announces nothing', async () => {
    connection = new WebRTCPeerConnection({ configuration: ON_LOOPBACK });
    connection.createDataChannel('reliable', { negotiated: true, id: 1 });
    connection.createOffer();
    expect(await described()).toMatch(/^a=setup:actpass/m);
    expect(connection.setRemoteDescription('answer', GODOT_ANSWER)).toBe(Err.OK);
    expect(connection.addIceCandidate('0', 0, GODOT_CANDIDATE)).toBe(Err.OK);
    expect(isNativeDescription(GODOT_ANSWER)).toBe(true);
    expect(connection.getRemoteFeatures()).toEqual([]);
  });
});
