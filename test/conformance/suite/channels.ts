import { expect, type Section } from '../support/arrangement.js';

const UNAVAILABLE = 2;
const UNCONFIGURED = 3;
const OUT_OF_MEMORY = 6;
const INVALID_DATA = 30;

/** data channels and their packets. */
export const channels: Section = (bench, rule) => {
  rule('R-036 S4-57 createDataChannel() in any state but STATE_NEW gives null', async () => {
    const { pair, run } = bench();
    await pair.connect();
    expect(await run((lab) => [lab.pc('a').createDataChannel('late'), lab.errors.length])).toEqual([null, 1]);
  });

  rule('R-037 S4-62 impossible options give null with one report, and the connection stays usable', async () => {
    const { run } = bench();
    const seen = await run((lab) => {
      const pc = lab.make('a').connection;
      const top = pc.getCapabilities().maxDataChannelId;
      pc.createDataChannel('first', { negotiated: true, id: 7 });
      const bad: [string, object][] = [
        ['x', { negotiated: true }],
        ['x', { id: 3 }],
        ['x', { negotiated: true, id: 1.5 }],
        ['x', { negotiated: true, id: -1 }],
        ['x', { negotiated: true, id: 65535 }],
        ['x', { negotiated: true, id: Math.max(top + 1, 65535) }],
        ['x', { negotiated: true, id: 7 }],
        ['x', { maxRetransmits: 1, maxPacketLifeTime: 1 }],
        ['x', { maxPacketLifetime: 2, maxPacketLifeTime: 1 }],
        ['x', { maxRetransmits: -1 }],
        ['x', { maxRetransmits: 65536 }],
        ['x', { maxPacketLifeTime: 0.5 }],
        ['x'.repeat(65536), {}],
        ['é'.repeat(32768), {}],
        ['x', { protocol: 'p'.repeat(65536) }],
        [5 as never, {}],
      ];
      const made = bad.filter(([label, options]) => pc.createDataChannel(label, options) !== null);
      return { made, reports: lab.errors.length, expected: bad.length, fine: pc.createDataChannel('fine') !== null };
    });
    expect(seen).toEqual({ made: [], reports: seen.expected, expected: 16, fine: true });
  });

  rule('R-038 S4-17 what is sent at the moment of opening is readable two seconds later', async () => {
    const { pair, run, runB } = bench();
    await pair.make('a', { channels: { game: { protocol: 'v1' } } });
    await pair.make('b');
    await run((lab) => {
      const channel = lab.peer('a').channel('game');
      channel.opened.connect(() => void channel.putPacket(lab.bytes('first')));
    });
    await runB((lab) => {
      const { connection } = lab.peer('b');
      connection.data_channel_received.connect((channel) => {
        lab.kept['seen'] = [channel.getReadyState(), channel.getLabel(), channel.getProtocol(), channel.getId()];
      });
    });
    await pair.offer('a');
    await pair.until('a', (lab) => lab.peer('a').channel('game').getReadyState() === 1, null);
    // Only the platform runs now: nobody polls.
    await runB((lab) => lab.turn(2000));
    await pair.until('b', (lab) => lab.peers.get('b')?.channels.get('game')?.getAvailablePacketCount() === 1, null);
    const got = await runB((lab) => ({ seen: lab.kept['seen'], packets: lab.take(lab.peer('b').channel('game')) }));
    const id = await run((lab) => lab.peer('a').channel('game').getId());
    expect(got).toEqual({ seen: [1, 'game', 'v1', id], packets: ['first'] });
  });

  rule(
    'R-039 S4-59 S4-61 channels negotiated on both sides open, and data_channel_received is not emitted',
    async () => {
      const { pair, run, runB } = bench();
      await pair.connect({ left: { negotiated: true, id: 2 }, right: { negotiated: true, id: 9, protocol: 'p' } });
      await run((lab) => lab.peer('a').channel('right').putPacket(lab.bytes('over')));
      await pair.until('b', (lab) => lab.peer('b').channel('right').getAvailablePacketCount() === 1, null);
      const read = await runB((lab) => {
        const b = lab.peer('b');
        const right = b.channel('right');
        return [b.heard('data_channel_received'), right.getId(), right.isNegotiated(), right.getProtocol()];
      });
      expect(read).toEqual([[], 9, true, 'p']);
    },
  );

  rule('R-040 C-14 unset values read 65535 and "", and ids are equal on both sides', async () => {
    const { pair, run, runB } = bench();
    const values = await run((lab) => {
      const pc = lab.make('x').connection;
      const plain = pc.createDataChannel('plain');
      const lossy = pc.createDataChannel('lossy', { ordered: false, maxRetransmits: 2, protocol: 'p' });
      const aged = pc.createDataChannel('aged', { maxPacketLifetime: 30 });
      return [plain, lossy, aged].map((c) => [
        c?.getId(),
        c?.isOrdered(),
        c?.getMaxRetransmits(),
        c?.getMaxPacketLifeTime(),
        c?.getProtocol(),
        c?.isNegotiated(),
        c?.getReadyState(),
      ]);
    });
    expect(values).toEqual([
      [65535, true, 65535, 65535, '', false, 0],
      [65535, false, 2, 65535, 'p', false, 0],
      [65535, true, 65535, 30, '', false, 0],
    ]);
    await pair.connect({ one: {}, two: { ordered: false, maxRetransmits: 2 } });
    const idsOf = (lab: import('../support/lab.js').Lab, name: string): [string, number][] =>
      [...lab.peer(name).channels.values()].map((c) => [c.getLabel(), c.getId()] as [string, number]).sort();
    const a = await run(idsOf as never, 'a');
    expect(await runB(idsOf as never, 'b')).toEqual(a);
    const received = await runB((lab) => {
      const two = lab.peer('b').channel('two');
      const told = lab.pc('b').getCapabilities().receivedChannelReliability;
      return { told, is: [two.isOrdered(), two.getMaxRetransmits(), two.getMaxPacketLifeTime()] };
    });
    expect(received.is).toEqual(received.told ? [false, 2, 65535] : [true, 65535, 65535]);
  });

  rule('R-041 text packets are UTF-8, whole, and told apart from bytes', async () => {
    const { pair, run, runB } = bench();
    await pair.connect();
    const codes = await run((lab) => {
      const channel = lab.peer('a').channel('game');
      const first = channel.writeMode;
      const binary = channel.putPacket(new Uint8Array([0xff, 0xfe]));
      channel.writeMode = lab.sw.WebRTCDataChannel.WRITE_MODE_TEXT;
      const bad = channel.putPacket(new Uint8Array([0xff, 0xfe]));
      return [
        first,
        binary,
        bad,
        channel.putPacket(lab.bytes('nul\0 and ✓')),
        channel.putPacket(lab.bytes('\ufeffbom')),
      ];
    });
    expect(codes).toEqual([1, 0, INVALID_DATA, 0, 0]);
    await pair.until('b', (lab) => lab.peer('b').channel('game').getAvailablePacketCount() === 3, null);
    const got = await runB((lab) => {
      const channel = lab.peer('b').channel('game');
      return [1, 2, 3].map(() => [[...channel.getPacket()], channel.wasStringPacket()]);
    });
    const bytes = (text: string): number[] => [...new TextEncoder().encode(text)];
    expect(got).toEqual([
      [[0xff, 0xfe], false],
      [bytes('nul\0 and ✓'), true],
      [bytes('\ufeffbom'), true],
    ]);
  });

  rule(
    'R-042 R-074 putPacket() checks state and size, sends a window only, and leaves the buffer to the caller',
    async () => {
      const { pair, run, runB } = bench();
      await pair.connect();
      const codes = await run((lab) => {
        const closed = lab.make('x', { channels: { shut: {} } }).channel('shut');
        const channel = lab.peer('a').channel('game');
        const most = Math.min(channel.getMaxPacketSize(), 1 << 30);
        const buffer = new Uint8Array([9, 1, 2, 3, 9]);
        const codes = [
          closed.putPacket(buffer),
          channel.putPacket(new Uint8Array(0)),
          most < 1 << 26 ? channel.putPacket(new Uint8Array(most + 1)) : 6,
          channel.putPacket(buffer.subarray(1, 4)),
        ];
        buffer.fill(0);
        return codes;
      });
      expect(codes).toEqual([UNCONFIGURED, 0, OUT_OF_MEMORY, 0]);
      await pair.until('b', (lab) => lab.peer('b').channel('game').getAvailablePacketCount() === 1, null);
      expect(await runB((lab) => [...lab.peer('b').channel('game').getPacket()])).toEqual([1, 2, 3]);
    },
  );

  rule('R-042 C-27 the largest packet the channel tells of arrives whole', async () => {
    const { pair, run, runB } = bench();
    await pair.connect();
    const most = await run((lab) => {
      const channel = lab.peer('a').channel('game');
      const size = Math.min(channel.getMaxPacketSize(), 262144);
      const packet = new Uint8Array(size);
      for (let i = 0; i < size; i += 1) packet[i] = (i * 31) & 255;
      channel.putPacket(packet);
      return size;
    });
    expect(most).toBeGreaterThanOrEqual(65536);
    await pair.until('b', (lab) => lab.peer('b').channel('game').getAvailablePacketCount() === 1, null);
    const whole = await runB((lab, size) => {
      const packet = lab.peer('b').channel('game').getPacket();
      return packet.length === size && packet.every((byte, i) => byte === ((i * 31) & 255));
    }, most);
    expect(whole).toBe(true);
  });

  rule('R-043 R-075 packets come first in, first out, stay valid, and an empty queue says so', async () => {
    const { pair, run, runB } = bench();
    await pair.connect();
    await run((lab) => {
      for (const text of ['one', 'two', 'three']) lab.peer('a').channel('game').putPacket(lab.bytes(text));
    });
    await pair.until('b', (lab) => lab.peer('b').channel('game').getAvailablePacketCount() === 3, null);
    const got = await runB((lab) => {
      const channel = lab.peer('b').channel('game');
      const packets = [channel.getPacket(), channel.getPacket(), channel.getPacket()];
      const errors = [channel.getPacketError()];
      const empty = channel.getPacket();
      errors.push(channel.getPacketError(), channel.getPacketError());
      return {
        texts: packets.map((packet) => lab.text(packet)),
        plain: packets.every((packet) => packet.constructor === Uint8Array),
        errors,
        empty: empty.length,
      };
    });
    expect(got).toEqual({
      texts: ['one', 'two', 'three'],
      plain: true,
      errors: [0, UNAVAILABLE, UNAVAILABLE],
      empty: 0,
    });
  });

  rule(
    'D4 packets are published by poll(), by the connection for all channels or by one channel for itself',
    async () => {
      const { pair, run, runB } = bench();
      await pair.connect({ game: {}, chat: {} });
      await run((lab) => {
        lab.peer('a').channel('game').putPacket(lab.bytes('g'));
        lab.peer('a').channel('chat').putPacket(lab.bytes('c'));
      });
      const seen = await runB(async (lab) => {
        const game = lab.peer('b').channel('game');
        const chat = lab.peer('b').channel('chat');
        const counts = (): number[] => [game.getAvailablePacketCount(), chat.getAvailablePacketCount()];
        await lab.turn(300);
        const unpolled = counts();
        for (let i = 0; i < 1000 && game.getAvailablePacketCount() === 0; i += 1) {
          await lab.turn(5);
          lab.tick();
          lab.peers.get('a')?.connection.poll();
          game.poll();
        }
        const own = counts();
        for (let i = 0; i < 1000 && chat.getAvailablePacketCount() === 0; i += 1) {
          await lab.turn(5);
          lab.poll();
        }
        return [unpolled, own, counts()];
      });
      expect(seen).toEqual([
        [0, 0],
        [1, 0],
        [1, 1],
      ]);
    },
  );

  rule('R-044 C-06 S4-52 S4-65 a channel nobody holds keeps delivering after a garbage collection', async () => {
    const { pair, run, runB } = bench();
    await pair.connect();
    const collect = async (lab: import('../support/lab.js').Lab, name: string): Promise<boolean> => {
      lab.peer(name).channels.clear();
      // Until a probe that nobody holds is gone: then unreferenced channels would be too.
      const makeProbe = (): WeakRef<object> => new WeakRef({ probe: true });
      const probe = makeProbe();
      const { gc } = globalThis as { gc?: () => void };
      for (let i = 0; i < 500 && probe.deref() !== undefined; i += 1) {
        // What was looked at in this turn of the event loop is kept alive until its end.
        await lab.turn(0);
        if (gc) gc();
        else new Uint8Array(64 << 20).fill(i);
      }
      return probe.deref() === undefined;
    };
    expect(await run(collect as never, 'a')).toBe(true);
    expect(await runB(collect as never, 'b')).toBe(true);
    await run((lab) => lab.pc('a').getDataChannels()[0]?.putPacket(lab.bytes('still here')));
    await pair.until('b', (lab) => lab.pc('b').getDataChannels()[0]?.getAvailablePacketCount() === 1, null);
  });

  rule('S4-42 D4 a hundred packets each way arrive once, in order, also after a pause', async () => {
    const { pair, run, runB } = bench();
    await pair.connect();
    const send = (lab: import('../support/lab.js').Lab, name: string): void => {
      for (let i = 0; i < 100; i += 1)
        lab
          .peer(name)
          .channel('game')
          .putPacket(lab.bytes(String(i)));
    };
    await run(send as never, 'a');
    await runB(send as never, 'b');
    const all = Array.from({ length: 100 }, (_, i) => String(i));
    await pair.until('a', (lab) => lab.peer('a').channel('game').getAvailablePacketCount() === 100, null);
    await pair.until('b', (lab) => lab.peer('b').channel('game').getAvailablePacketCount() === 100, null);
    expect(await run((lab) => lab.take(lab.peer('a').channel('game')))).toEqual(all);
    expect(await runB((lab) => lab.take(lab.peer('b').channel('game')))).toEqual(all);
  });

  rule('S4-06 closing one channel is seen on both sides and leaves the others open', async () => {
    const { pair, run, runB } = bench();
    await pair.connect({ game: {}, chat: {} });
    const at = await run((lab) => {
      const game = lab.peer('a').channel('game');
      game.close();
      return [game.getReadyState(), game.putPacket(lab.bytes('x'))];
    });
    expect(at).toEqual([2, UNCONFIGURED]);
    await pair.until('a', (lab) => lab.peer('a').channel('game').getReadyState() === 3, null);
    await pair.until('b', (lab) => lab.peer('b').channel('game').getReadyState() === 3, null);
    const states = await runB((lab) => {
      const b = lab.peer('b');
      return [b.channel('chat').getReadyState(), b.connection.getConnectionState(), b.heard('channel-closed')];
    });
    expect(states).toEqual([1, 2, ['channel-closed game']]);
    expect(await run((lab) => lab.pc('a').getDataChannels().length)).toBe(1);
  });

  rule('R-056 S3-33 getStats() never rejects, counts bytes, and knows the chosen pair', async () => {
    const { pair, run, runB } = bench();
    const none = await run(async (lab) => {
      const fresh = lab.make('fresh').connection;
      fresh.destroy();
      return (await fresh.getStats()).error;
    });
    expect(none).toBe(UNAVAILABLE);
    await pair.connect();
    await run((lab) => lab.peer('a').channel('game').putPacket(new Uint8Array(500)));
    await runB((lab) => lab.peer('b').channel('game').putPacket(new Uint8Array(500)));
    await pair.until('a', (lab) => lab.peer('a').channel('game').getAvailablePacketCount() === 1, null);
    await pair.until('b', (lab) => lab.peer('b').channel('game').getAvailablePacketCount() === 1, null);
    const stats = await run(async (lab) => {
      const { error, bytesSent, bytesReceived, selectedPair } = await lab.pc('a').getStats();
      return { error, bytesSent, bytesReceived, pair: selectedPair, cached: lab.pc('a').getSelectedCandidate() };
    });
    expect(stats.error).toBe(0);
    expect(stats.bytesSent).toBeGreaterThanOrEqual(500);
    expect(stats.bytesReceived).toBeGreaterThanOrEqual(500);
    expect(stats.pair?.local.candidate).toMatch(/^candidate:/);
    expect(stats.pair?.remote.port).toBeGreaterThan(0);
    expect(stats.cached?.candidate).toBe(stats.pair?.local.candidate);
  });
};
