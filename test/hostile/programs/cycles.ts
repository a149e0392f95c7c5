/**
 * 500 times: two connections connect, a garbage collection is forced, a packet goes through a channel that nobody holds,
 * both close. Says how much memory is resident after 100 and after all, and then ends by itself.
 */
import { WebRTCPeerConnection } from 'scenewire';
import { configuration, join, say, turn } from './handshake.js';

const CYCLES = 500;
const AT_ONCE = 25;
const WARM_UP = 100;

type Pair = readonly [WebRTCPeerConnection, WebRTCPeerConnection];

function begin(): Pair {
  const pair = [new WebRTCPeerConnection({ configuration }), new WebRTCPeerConnection({ configuration })] as const;
  join(pair[0], pair[1]);
  join(pair[1], pair[0]);
  pair[0].createDataChannel('game');
  pair[0].createOffer();
  return pair;
}

async function until(pairs: readonly Pair[], holds: (pair: Pair) => boolean): Promise<void> {
  while (!pairs.every(holds)) {
    await turn();
    for (const pair of pairs) for (const connection of pair) connection.poll();
  }
}

async function cycle(): Promise<void> {
  const pairs = Array.from({ length: AT_ONCE }, begin);
  await until(pairs, (pair) => pair.every((connection) => connection.getDataChannels()[0]?.getReadyState() === 1));
  for (let i = 0; i < 3; i += 1) {
    await turn();
    globalThis.gc?.();
  }
  for (const [a] of pairs) a.getDataChannels()[0]?.putPacket(new Uint8Array(100));
  await until(pairs, ([, b]) => (b.getDataChannels()[0]?.getAvailablePacketCount() ?? 0) === 1);
  for (const pair of pairs) for (const connection of pair) connection.close();
}

async function main(): Promise<void> {
  for (let done = 0; done < CYCLES; done += AT_ONCE) {
    if (done === WARM_UP) await sayMemory('warm');
    await cycle();
  }
  await sayMemory('end');
}

async function sayMemory(when: string): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    await turn();
    globalThis.gc?.();
  }
  say(`${when} ${process.memoryUsage().rss}`);
}

await main();
