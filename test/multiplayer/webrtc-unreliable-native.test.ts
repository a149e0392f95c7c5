import { afterEach, expect, it } from 'vitest';
import { connectNatively, type NativePair, turn } from './support/native-pair.js';
import { readAll, send } from './support/webrtc-room.js';

const PACKETS = 100;
const LOSS_RATE = 0.2;
let pair: NativePair | null = null;
afterEach(() => pair?.close());

/** Sends packets in all three modes over a path that loses; gives what arrived, by mode and in order of arrival. */
async function arrivals(lifetime: number): Promise<{ got: [number[], number[], number[]]; lost: number }> {
  pair = await connectNatively({}, lifetime);
  const { server, client, path } = pair;
  path.lossRate = LOSS_RATE;
  const padding = new Array(600).fill(0);
  const got: [number[], number[], number[]] = [[], [], []];
  let arrivedAt = performance.now();
  const frame = async (): Promise<void> => {
    await turn(2);
    server.poll();
    client.poll();
    for (const { mode, packet } of readAll(client)) {
      got[mode as 0 | 1 | 2].push(packet[0] ?? -1);
      arrivedAt = performance.now();
    }
  };
  for (let n = 0; n < PACKETS; n += 1) {
    for (const mode of [0, 1, 2] as const) {
      expect(send(server, 7, [n, ...padding], mode)).toBe(0);
      await frame();
    }
  }
  path.lossRate = 0;
  // Longer than the first retransmission timer of SCTP, which is a second.
  while (performance.now() - arrivedAt < 1500) await frame();
  return { got, lost: path.lost };
}

it.each([1, 0])(
  'C-13 D7 [native] with a lifetime of %i ms, unreliable packets that are lost are not sent again, reliable ones are',
  async (lifetime) => {
    const { got, lost } = await arrivals(lifetime);
    const [unreliable, ordered, reliable] = got;
    expect(lost).toBeGreaterThan(30);
    expect(reliable).toEqual(Array.from({ length: PACKETS }, (_, n) => n));
    for (const lossy of [unreliable, ordered]) {
      expect(new Set(lossy).size).toBe(lossy.length);
      expect(lossy.length).toBeGreaterThan(50);
      expect(lossy.length).toBeLessThan(94);
    }
    expect(ordered).toEqual([...ordered].sort((a, b) => a - b));
  },
);
