import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import type { DataChannelOptions, RtcConfiguration } from '../../src/extension/webrtc-types.js';
import { Stand } from '../support/fake-extension.js';
import { opened, takeAll } from './support/open-channel.js';

const { OK, ERR_UNCONFIGURED, ERR_OUT_OF_MEMORY } = Err;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('limits', () => {
  it.each<[string, RtcConfiguration, number]>([
    ['packets', { maxInboundPackets: 3 }, 1],
    ['bytes', { maxInboundBytes: 30 }, 10],
  ])(
    'D4 a reliable channel above its %s is closed with an error, and what came before stays readable',
    (_name, limits, size) => {
      const { channel, fake, stand } = opened({}, limits);
      for (const n of [1, 2, 3, 4]) fake.receive(n, size);
      fake.receive(5, 1);
      expect(fake.calls).toEqual([]);
      expect(stand.poll()).toEqual([expect.stringMatching(/^error_occurred .*"game"/)]);
      expect([fake.calls, channel.getReadyState(), channel.getDroppedPacketCount()]).toEqual([['_close'], 2, 2]);
      expect(channel.putPacket(bytes('a'))).toBe(ERR_UNCONFIGURED);
      fake.receive(6);
      fake.report.closed();
      stand.poll();
      expect([channel.getReadyState(), takeAll(channel), channel.getDroppedPacketCount()]).toEqual([3, [1, 2, 3], 3]);
      expect(stand.connection.isPeerConnected()).toBe(true);
    },
  );

  it.each<[string, DataChannelOptions]>([
    ['maxRetransmits', { maxRetransmits: 0 }],
    ['maxPacketLifeTime', { maxPacketLifeTime: 9 }],
  ])('D4 an unreliable channel (%s) drops the oldest and counts them', (_name, options) => {
    const { channel, fake, stand } = opened(options, { maxInboundPackets: 3 });
    for (const n of [1, 2, 3, 4, 5]) fake.receive(n);
    expect([stand.poll(), channel.getReadyState(), channel.getDroppedPacketCount()]).toEqual([[], 1, 2]);
    expect(takeAll(channel)).toEqual([3, 4, 5]);
  });

  it('D4 an unreliable channel is not closed by a packet that could never fit, which is counted', () => {
    const { channel, fake, stand } = opened({ maxRetransmits: 0 }, { maxInboundBytes: 10 });
    fake.receive(1, 4);
    fake.receive(2, 11);
    fake.receive(3, 4);
    expect([stand.poll(), channel.getReadyState(), channel.getDroppedPacketCount()]).toEqual([[], 1, 1]);
    expect(takeAll(channel)).toEqual([1, 3]);
  });

  it('putPacket gives ERR_OUT_OF_MEMORY while more than maxOutboundBytes wait, and asks only when it has to', () => {
    const { channel, fake } = opened({}, { maxOutboundBytes: 20 });
    const packet = new Uint8Array(10);
    const asked = (): number => fake.calls.filter((call) => call === '_getBufferedAmount').length;
    expect([channel.putPacket(packet), channel.putPacket(packet), asked()]).toEqual([OK, OK, 0]);
    fake.buffered = 11;
    expect([channel.putPacket(packet), asked()]).toEqual([ERR_OUT_OF_MEMORY, 1]);
    fake.buffered = 10;
    expect([channel.putPacket(packet), asked()]).toEqual([OK, 2]);
    fake.buffered = 0;
    expect([channel.putPacket(packet), channel.putPacket(packet), asked()]).toEqual([OK, OK, 3]);
    expect(fake.calls.filter((call) => call.startsWith('_put'))).toHaveLength(5);
  });

  it('the other side may have 64 channels open; more are refused and counted', () => {
    const stand = new Stand().connected();
    const fakes = Array.from({ length: 66 }, (_, id) => stand.fake.receiveChannel({ id, label: `c${id}` }));
    expect(fakes.filter((fake) => fake === null)).toHaveLength(2);
    expect(fakes.slice(64)).toEqual([null, null]);
    expect([stand.connection.getRefusedChannelCount(), stand.poll().length]).toEqual([2, 64]);
    for (const fake of fakes.slice(0, 2)) fake?.report.closed();
    stand.poll();
    expect([1, 2, 3].map(() => stand.fake.receiveChannel() !== null)).toEqual([true, true, false]);
    expect(stand.connection.getRefusedChannelCount()).toBe(3);
  });

  it('a channel that is reported closed twice makes room for one', () => {
    const stand = new Stand().connected();
    const [first] = Array.from({ length: 64 }, () => stand.fake.receiveChannel());
    stand.poll();
    first?.report.closed();
    first?.report.closed();
    stand.poll();
    expect([stand.fake.receiveChannel() !== null, stand.fake.receiveChannel()]).toEqual([true, null]);
  });

  it('own channels do not count for the other side, and closing them makes no room', () => {
    const stand = new Stand();
    const { fake } = stand.open();
    stand.connected();
    for (let n = 0; n < 64; n += 1) stand.fake.receiveChannel();
    fake.report.closed();
    stand.poll();
    expect(stand.fake.receiveChannel()).toBeNull();
  });

  it.each<[string, RtcConfiguration, number]>([
    ['packets', { maxInboundPackets: 4 }, 1],
    ['bytes', { maxInboundBytes: 40 }, 10],
  ])(
    'all channels of the other side hold twice the %s of one: a stranger chooses how many to fill',
    (_n, limits, size) => {
      const stand = new Stand(limits).connected();
      const fakes = [1, 2, 3].map((id) => stand.fake.receiveChannel({ id, label: `c${id}` }));
      const loose = stand.fake.receiveChannel({ id: 4, label: 'loose', maxRetransmits: 0 });
      stand.poll();
      for (const n of [1, 2, 3, 4]) for (const fake of fakes.slice(0, 2)) fake?.receive(n, size);
      fakes[2]?.receive(5, size);
      loose?.receive(6, size);
      expect(stand.poll()).toEqual([expect.stringMatching(/^error_occurred .*"c3"/)]);
      const [, one, two, three, unreliable] = stand.connection.getDataChannels();
      expect([three?.getReadyState(), unreliable?.getReadyState(), unreliable?.getDroppedPacketCount()]).toEqual([
        2, 1, 1,
      ]);
      expect(one && takeAll(one)).toEqual([1, 2, 3, 4]);
      for (const n of [7, 8]) loose?.receive(n, size);
      two?.close();
      stand.poll();
      expect(unreliable && takeAll(unreliable)).toEqual([7, 8]);
    },
  );

  it('own channels have room of their own, and channels that ended take none of the others', () => {
    const { stand, channel, fake } = opened({}, { maxInboundPackets: 2 });
    for (const id of [1, 2, 3, 4, 5]) {
      const theirs = stand.fake.receiveChannel({ id });
      stand.poll();
      for (const n of [1, 2]) theirs?.receive(n);
      theirs?.report.closed();
      expect(stand.poll()).not.toContainEqual(expect.stringContaining('error_occurred'));
    }
    for (const n of [1, 2]) fake.receive(n);
    stand.poll();
    expect(takeAll(channel)).toEqual([1, 2]);
  });
});
