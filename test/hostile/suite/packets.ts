import { expect, type Section } from '../../conformance/support/arrangement.js';
import { descendantBytes } from '../support/memory.js';

const OUT_OF_MEMORY = 6;
const OK = 0;
/** Firefox loses packets that it may not send again by the thousand when more of them wait, and takes a minute over it. */
const LITTLE = 8 << 10;
/** What a connection keeps unless it is told otherwise. */
const MAX_UNREAD = 65_536;
const MAX_OUTBOUND = 16 << 20;
const FLOOD = 100_000;
/** node-datachannel hands out a thousand messages in one turn of the event loop, and forgets the others with the end. */
const LAST_WORDS = 900;
/** Frames, and packets of 64 KiB in each, of one who puts for ever: 1.5 GiB. */
const GREEDY = { frames: 60, perFrame: 400 } as const;
/** Above the queues of both sides, of the platform and what the allocator keeps; far below all that was put. */
const MAX_GROWTH = 512 << 20;

/** Of this process and the browsers it drives. */
const residentBytes = (): number => process.memoryUsage().rss + descendantBytes();

/** Packets that are too large, too many, and never read. */
export const packets: Section = (bench, rule) => {
  rule('R-042 a packet above the limit is refused and does the channel no harm', async () => {
    const { pair, run, runB } = bench();
    await pair.connect();
    const codes = await run((lab) => {
      const channel = lab.peer('a').channel('game');
      const most = channel.getMaxPacketSize();
      // Firefox takes a gigabyte, which no test should make.
      const tooLarge = most < 1 << 26 ? channel.putPacket(new Uint8Array(most + 1)) : 6;
      return [tooLarge, channel.putPacket(new Uint8Array([7]))];
    });
    expect(codes).toEqual([OUT_OF_MEMORY, OK]);
    await pair.until('b', (lab) => lab.peer('b').channel('game').getAvailablePacketCount() > 0, null);
    expect(await runB((lab) => [...lab.peer('b').channel('game').getPacket()])).toEqual([7]);
  });

  rule(
    'D4 a reliable channel that nobody reads is closed with one error, and its packets up to there stay readable',
    async () => {
      const { pair, run, runB } = bench();
      await pair.connect();
      await run((lab, all) => hostile.putNumbered(lab, lab.peer('a').channel('game'), ...all), [
        FLOOD,
        256 << 10,
      ] as const);
      await pair.until('b', (lab) => lab.peer('b').channel('game').getReadyState() === 3, null);
      await pair.until('a', (lab) => lab.peer('a').channel('game').getReadyState() === 3, null);
      const seen = await runB((lab) => {
        const b = lab.peer('b');
        const read = hostile.readNumbered(b.channel('game'));
        return { read, dropped: b.channel('game').getDroppedPacketCount() > 0, errors: b.heard('error_occurred') };
      });
      expect(seen.read).toEqual({ count: MAX_UNREAD, first: 0, last: MAX_UNREAD - 1, rising: true });
      expect(seen.dropped).toBe(true);
      expect(seen.errors).toEqual([expect.stringMatching(/"game".*too many.*unread/)]);
    },
  );

  rule(
    'D4 an unreliable channel that nobody reads keeps the newest packets, counts the others and stays open',
    async () => {
      const { pair, run } = bench();
      await pair.connect({ game: { negotiated: true, id: 3, maxRetransmits: 0 } });
      const put = await run((lab, all) => hostile.putNumbered(lab, lab.peer('a').channel('game'), ...all), [
        FLOOD,
        LITTLE,
      ] as const);
      const seen = await run(async (lab) => {
        const [from, to] = [lab.peer('a').channel('game'), lab.peer('b').channel('game')];
        await hostile.untilQuiet(lab, from, to);
        const dropped = to.getDroppedPacketCount();
        return {
          dropped,
          state: to.getReadyState(),
          read: hostile.readNumbered(to),
          errors: lab.peer('b').heard('error_occurred'),
        };
      });
      expect(put).toBe(FLOOD);
      expect(seen).toMatchObject({ state: 1, errors: [], read: { count: MAX_UNREAD, rising: true } });
      expect(seen.dropped).toBeGreaterThan(0);
      // What is missing is what came first.
      expect(seen.read.first).toBeGreaterThanOrEqual(seen.dropped);
    },
  );

  rule('D4 R-042 who ignores ERR_OUT_OF_MEMORY and puts for ever fills a bounded queue, and no more', async () => {
    const { pair, run } = bench();
    await pair.connect();
    const before = residentBytes();
    const seen = await run(
      (lab, all) => hostile.putForEver(lab, lab.peer('a').channel('game'), lab.peer('b').channel('game'), all),
      GREEDY,
    );
    const grown = residentBytes() - before;
    expect(seen.codes).toEqual([OK, OUT_OF_MEMORY]);
    expect(seen.mostBuffered).toBeLessThanOrEqual(MAX_OUTBOUND);
    expect(seen.received).toBeGreaterThan(0);
    expect(grown).toBeLessThan(MAX_GROWTH);
  });

  rule('D6 all of many packets that were put before close() arrive, and then the end', async () => {
    const { pair, run, runB } = bench();
    await pair.connect();
    const put = await run((lab, count) => {
      const channel = lab.peer('a').channel('game');
      let codes = 0;
      for (let i = 0; i < count; i += 1) codes += channel.putPacket(new Uint8Array(new Uint32Array([i]).buffer));
      channel.close();
      return codes;
    }, LAST_WORDS);
    expect(put).toBe(0);
    await pair.until('b', (lab) => lab.peer('b').channel('game').getReadyState() === 3, null);
    const read = await runB((lab) => hostile.readNumbered(lab.peer('b').channel('game')));
    expect(read).toEqual({ count: LAST_WORDS, first: 0, last: LAST_WORDS - 1, rising: true });
  });
};
