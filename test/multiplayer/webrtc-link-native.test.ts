import { afterEach, expect, it } from 'vitest';
import { DATAGRAM_BYTES } from '../../src/multiplayer/link/link-limits.js';
import { leastOf } from '../support/rounds.js';
import { connectNatively, type NativePair, turn } from './support/native-pair.js';
import { send } from './support/webrtc-room.js';

let pair: NativePair | null = null;
afterEach(() => pair?.close());

it('[native] a full bundle leaves as one datagram, and what is a little larger as two', async () => {
  // Without a link, so that a packet is a message and nothing else is sent.
  pair = await connectNatively({ link: false });
  const { server, client, path } = pair;
  const count = 40;
  const datagramsFor = async (bytes: number): Promise<number> => {
    const before = path.datagrams;
    const message = new Array(bytes).fill(1);
    for (let sent = 0, got = 0; got < count; ) {
      if (sent < count) send(server, 7, message);
      sent = Math.min(count, sent + 1);
      await turn(2);
      server.poll();
      client.poll();
      for (; client.getAvailablePacketCount() > 0; got += 1) client.getPacket();
    }
    return path.datagrams - before;
  };
  // A busy machine sends some again.
  expect(await leastOf(4, count * 1.2, () => datagramsFor(DATAGRAM_BYTES))).toBeLessThan(count * 1.2);
  expect(await datagramsFor(DATAGRAM_BYTES + 48)).toBeGreaterThanOrEqual(count * 2);
});
