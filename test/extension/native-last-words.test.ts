import { type DataChannelOptions, Err, type WebRTCDataChannel } from 'scenewire';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { block, NativePair } from './support/native-pair.js';

const CLOSED = 3;
/** Far more than Node hands out in one turn of the event loop. */
const MANY = 5000;
/** No frame, however slow the machine, is as long. */
const LONG_MS = 300;
/** On a busy machine the library may get less than a portion meanwhile. */
const MAX_ROUNDS = 6;

let pair: NativePair;
beforeEach(() => {
  pair = new NativePair();
});
afterEach(() => pair.close());

/** Sends, closes, and keeps the receiver busy until the library below has got it all. */
async function sendToABusyReceiver(count: number, options: DataChannelOptions = {}): Promise<WebRTCDataChannel> {
  const [from, to] = await pair.connect(options);
  const packet = new Uint8Array(20);
  for (let i = 0; i < count; i += 1) expect(from.putPacket(packet)).toBe(Err.OK);
  from.close();
  block(LONG_MS);
  await pair.until(() => to.getReadyState() === CLOSED);
  return to;
}

it('D4 the tail that a busy receiver loses with the end of a reliable channel is told of', async () => {
  let arrived = MANY;
  for (let round = 0; round < MAX_ROUNDS && arrived === MANY; round += 1) {
    pair.close();
    pair = new NativePair();
    arrived = (await sendToABusyReceiver(MANY)).getAvailablePacketCount();
    if (arrived < MANY) expect(pair.errors).toEqual([expect.stringMatching(/^Channel "game": .*may be lost/)]);
  }
  expect(arrived).toBeLessThan(MANY);
});

it('D4 below that, all packets arrive and nothing is told', async () => {
  const to = await sendToABusyReceiver(900);
  expect(to.getAvailablePacketCount()).toBe(900);
  expect(pair.errors).toEqual([]);
});

it('D4 an unreliable channel loses packets without a word', async () => {
  await sendToABusyReceiver(MANY, { maxRetransmits: 0 });
  expect(pair.errors).toEqual([]);
});
