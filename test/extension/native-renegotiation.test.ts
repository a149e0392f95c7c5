import { Err, SignalingState } from 'scenewire';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NativePair } from './support/native-pair.js';

const { SIGNALING_STATE_STABLE: STABLE, SIGNALING_STATE_HAVE_LOCAL_OFFER: HAVE_LOCAL_OFFER } = SignalingState;

let pair: NativePair;
beforeEach(() => {
  pair = new NativePair();
});
afterEach(() => pair.close());

const offerAgain = async (): Promise<void> => {
  expect(pair.a.createOffer({ renegotiate: true })).toBe(Err.OK);
  await pair.until(() => pair.a.getSignalingState() === HAVE_LOCAL_OFFER);
};

it('R-021 a rolled back renegotiation leaves the connection as it was, and another one works', async () => {
  const [from, to] = await pair.connect();
  const states = [...pair.states];
  pair.passesDescriptions = false;
  await offerAgain();
  expect(pair.a.setLocalDescription('rollback', '')).toBe(Err.OK);
  await pair.pollFor(100);
  expect(pair.states).toEqual(states);

  pair.passesDescriptions = true;
  let answered = 0;
  pair.b.session_description_created.connect(() => {
    answered += 1;
  });
  pair.a.createOffer({ renegotiate: true });
  await pair.until(() => answered === 1 && pair.a.getSignalingState() === STABLE);
  expect(from.putPacket(new Uint8Array([7]))).toBe(Err.OK);
  expect(to.putPacket(new Uint8Array([8]))).toBe(Err.OK);
  await pair.until(() => from.getAvailablePacketCount() + to.getAvailablePacketCount() === 2);
  expect([...to.getPacket(), ...from.getPacket()]).toEqual([7, 8]);
  expect([pair.states, pair.errors]).toEqual([states, []]);
});

it('R-021 a rolled back first negotiation starts over', async () => {
  pair.passesDescriptions = false;
  pair.a.createDataChannel('first');
  pair.a.createOffer();
  await pair.until(() => pair.a.getSignalingState() === HAVE_LOCAL_OFFER);
  expect(pair.a.setLocalDescription('rollback', '')).toBe(Err.OK);
  pair.passesDescriptions = true;
  pair.a.createOffer();
  await pair.until(() => pair.b.isPeerConnected() && pair.a.isPeerConnected());
  expect(pair.errors).toEqual([]);
});
