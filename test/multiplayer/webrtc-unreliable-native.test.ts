import { afterEach, expect, it } from 'vitest';
import { connectNatively, type NativePair, turn } from './support/native-pair.js';
import { readAll, send } from './support/webrtc-room.js';

const PACKETS = 100;
const LOSS_RATE = 0.2;
const PATIENCE_MS = 60_000;
let pair: NativePair | null = null;
const endPair = (): void => {
  pair?.close();
  pair = null;
};
afterEach(endPair);

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
  // What was lost more than once is sent again after two seconds, and four, and so on.
  const reliable = got[2];
  for (const end = performance.now() + PATIENCE_MS; reliable.length < PACKETS && performance.now() < end; )
    await frame();
  // Longer than the first retransmission timer of SCTP, which is a second.
  while (performance.now() - arrivedAt < 1500) await frame();
  return { got, lost: path.lost };
}

it.each([1, 0])(
  'C-13 D7 [native] with a lifetime of %i ms, unreliable packets that are lost are not sent again, reliable ones are',
  async (lifetime) => {
    const { got, lost } = await arrivals(lifetime);
    const [unreliable, ordered, reliable] = got;
    expect(lost).toBeGreaterThan(15);
    expect(reliable).toEqual(Array.from({ length: PACKETS }, (_, n) => n));
    for (const lossy of [unreliable, ordered]) {
      expect(new Set(lossy).size).toBe(lossy.length);
      // On a busy machine many grow older than their lifetime in the sender.
      expect(lossy.length).toBeGreaterThan(10);
      expect(lossy.length).toBeLessThan(94);
    }
    expect(ordered).toEqual([...ordered].sort((a, b) => a - b));
  },
);

/** A game's packets for four seconds over a path that loses one in a hundred: the share that arrived, and its median age. */
async function playWithLoss(): Promise<{ share: number; medianMs: number }> {
  endPair();
  pair = await connectNatively({ link: false });
  const { server, client, path } = pair;
  path.delayMs = 30;
  path.lossRate = 0.01;
  const ages: number[] = [];
  const start = performance.now();
  let put = 0;
  const frame = async (): Promise<void> => {
    await turn(16);
    server.poll();
    client.poll();
    while (client.getAvailablePacketCount() > 0) {
      const packet = client.getPacket();
      ages.push(performance.now() - new DataView(packet.buffer, packet.byteOffset).getFloat64(0));
    }
  };
  server.setTargetPeer(7);
  server.transferMode = 0;
  while (performance.now() - start < 4000) {
    const packet = new Uint8Array(500);
    new DataView(packet.buffer).setFloat64(0, performance.now());
    for (let i = 0; i < 10; i += 1, put += 1) server.putPacket(packet);
    await frame();
  }
  return {
    share: ages.length / put,
    medianMs: ages.sort((a, b) => a - b)[ages.length >> 1] ?? Number.POSITIVE_INFINITY,
  };
}

it('D7 [native] one lost packet in a hundred makes the others neither late nor few', async () => {
  // With `maxRetransmits: 0` a third of them still waits in the sender at the end, and half of the others did for a second.
  const isGood = ({ share, medianMs }: { share: number; medianMs: number }): boolean => share > 0.85 && medianMs < 300;
  let game = await playWithLoss();
  for (let again = 0; again < 3 && !isGood(game); again += 1) game = await playWithLoss();
  expect({ ...game, isGood: isGood(game) }).toMatchObject({ isGood: true });
});
