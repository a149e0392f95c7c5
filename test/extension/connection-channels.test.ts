import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { recordErrors } from '../core/support/errors.js';
import { Stand } from '../support/fake-extension.js';
import { opened, takeAll } from './support/open-channel.js';

const errors = recordErrors();

const { OK, FAILED, ERR_UNCONFIGURED, ERR_OUT_OF_MEMORY, ERR_INVALID_DATA, ERR_UNAVAILABLE } = Err;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a channel', () => {
  it('R-040 R-041 starts CONNECTING with the defaults of Godot', () => {
    const { channel } = new Stand().open();
    expect([channel.getReadyState(), channel.getLabel(), channel.getProtocol(), channel.getId()]).toEqual([
      0,
      'game',
      '',
      65535,
    ]);
    expect([channel.isOrdered(), channel.isNegotiated(), channel.wasStringPacket()]).toEqual([true, false, false]);
    expect([channel.getMaxRetransmits(), channel.getMaxPacketLifeTime(), channel.writeMode]).toEqual([65535, 65535, 1]);
    expect([channel.getBufferedAmount(), channel.getDroppedPacketCount(), channel.getMaxPacketSize()]).toEqual([
      0, 0, 262144,
    ]);
  });

  it('R-038 opens with the poll that delivers it, and has its final id and size then', () => {
    const stand = new Stand();
    const { channel, fake } = stand.open('game', { maxRetransmits: 2, ordered: false, protocol: 'p' });
    stand.connected();
    const states: number[] = [];
    channel.opened.connect(() => states.push(channel.getReadyState(), channel.getId(), channel.getMaxPacketSize()));
    fake.report.opened(3, 100);
    expect([channel.getReadyState(), channel.putPacket(bytes('a'))]).toEqual([0, ERR_UNCONFIGURED]);
    stand.poll();
    expect(states).toEqual([1, 3, 100]);
    expect([channel.getMaxRetransmits(), channel.isOrdered(), channel.getProtocol()]).toEqual([2, false, 'p']);
  });

  it('R-038 of the other side is OPEN and final in data_channel_received, and its packets wait', () => {
    const stand = new Stand().connected();
    const heard: unknown[] = [];
    stand.connection.data_channel_received.connect((channel) => {
      heard.push(channel.getReadyState(), channel.getLabel(), channel.getProtocol(), channel.getId());
      channel.opened.connect(() => heard.push('opened'));
      channel.packet_received.connect(() => heard.push([...channel.getPacket()]));
    });
    const fake = stand.fake.receiveChannel({ label: 'l', protocol: 'p', id: 8 });
    fake?.receive(1);
    fake?.receive(2);
    stand.poll();
    expect(heard).toEqual([1, 'l', 'p', 8, 'opened', [1], [2]]);
    expect(stand.connection.getDataChannels().map((channel) => channel.getLabel())).toEqual(['game', 'l']);
  });

  it('R-042 putPacket refuses what is too large or not open, and says OK to nothing without sending it', () => {
    const { channel, fake, stand } = opened();
    expect(channel.putPacket(new Uint8Array(101))).toBe(ERR_OUT_OF_MEMORY);
    expect(channel.putPacket(new Uint8Array(0))).toBe(OK);
    expect(fake.calls).toEqual([]);
    expect(channel.putPacket(new Uint8Array(100))).toBe(OK);
    expect(channel.putPacket(Uint8Array.of(1, 2, 3, 4).subarray(1, 3))).toBe(OK);
    expect(fake.calls.at(-1)).toBe('_putPacket 2,3');
    fake.answer = FAILED;
    expect(channel.putPacket(bytes('a'))).toBe(FAILED);
    fake.report.closed();
    stand.poll();
    expect(channel.putPacket(bytes('a'))).toBe(ERR_UNCONFIGURED);
  });

  it('R-041 in TEXT mode sends text whole, and refuses bytes that are not UTF-8 without sending them', () => {
    const { channel, fake } = opened();
    channel.setWriteMode(0);
    expect(channel.getWriteMode()).toBe(0);
    expect(channel.putPacket(bytes('\ufeffhé\0llo✓'))).toBe(OK);
    expect(fake.calls).toEqual(['_putText \ufeffhé\0llo✓']);
    expect(channel.putPacket(Uint8Array.of(0xff, 0xfe))).toBe(ERR_INVALID_DATA);
    expect([fake.calls.length, errors.length]).toEqual([1, 1]);
  });

  it('R-041 R-043 tells about the packet last got, first in, first out', () => {
    const { channel, fake, stand } = opened();
    fake.report.received(bytes('text'), true);
    fake.report.received(bytes('data'), false);
    stand.poll();
    expect([channel.getPacket(), channel.wasStringPacket()]).toEqual([bytes('text'), true]);
    expect([channel.getPacket(), channel.wasStringPacket(), channel.getPacketError()]).toEqual([
      bytes('data'),
      false,
      OK,
    ]);
    expect([channel.getPacket().length, channel.getPacketError()]).toEqual([0, ERR_UNAVAILABLE]);
  });

  it('that is closed here says so when its back end does, and its unread packets are gone', () => {
    const { channel, fake, stand } = opened();
    const heard: number[] = [];
    channel.closed.connect(() => heard.push(channel.getReadyState()));
    fake.receive(1);
    stand.poll();
    channel.close();
    channel.close();
    expect([channel.getReadyState(), channel.getAvailablePacketCount(), fake.calls]).toEqual([2, 0, ['_close']]);
    fake.receive(2);
    stand.poll();
    expect([heard, channel.getAvailablePacketCount()]).toEqual([[], 0]);
    fake.report.closed();
    stand.poll();
    expect([heard, stand.connection.getDataChannels()]).toEqual([[3], []]);
  });

  it('that is closed before it opened ends with the next poll, once', () => {
    const stand = new Stand();
    const { channel, fake } = stand.open();
    let closed = 0;
    channel.closed.connect(() => (closed += 1));
    channel.close();
    stand.poll();
    fake.report.closed();
    stand.poll();
    expect([channel.getReadyState(), closed, stand.connection.getDataChannels()]).toEqual([3, 1, []]);
  });

  it('that reports a failure is named in error_occurred and stays open', () => {
    const { channel, fake, stand } = opened();
    fake.report.failed('trouble');
    expect(stand.poll()).toEqual(['error_occurred Channel "game": trouble']);
    expect(channel.getReadyState()).toBe(1);
  });
});

describe('packets', () => {
  it('D4 are published by poll: one fixed set for a frame', () => {
    const { channel, fake, stand } = opened();
    fake.receive(1);
    fake.receive(2);
    expect(channel.getAvailablePacketCount()).toBe(0);
    stand.poll();
    fake.receive(3);
    expect([channel.getAvailablePacketCount(), takeAll(channel)]).toEqual([2, [1, 2]]);
    stand.poll();
    expect(takeAll(channel)).toEqual([3]);
  });

  it('packet_received is emitted once for each, also when nobody takes them', () => {
    const { channel, fake, stand } = opened();
    const available: number[] = [];
    channel.packet_received.connect(() => available.push(channel.getAvailablePacketCount()));
    fake.receive(1);
    fake.receive(2);
    stand.poll();
    fake.receive(3);
    stand.poll();
    stand.poll();
    expect(available).toEqual([2, 2, 3]);
  });

  it('packet_received is not emitted for those that were taken already', () => {
    const { channel, fake, stand } = opened();
    const taken: number[][] = [];
    channel.packet_received.connect(() => taken.push(takeAll(channel)));
    for (const n of [1, 2, 3]) fake.receive(n);
    stand.poll();
    expect(taken).toEqual([[1, 2, 3]]);
  });

  it('packet_received comes after all other signals of the poll', () => {
    const { channel, fake, stand } = opened();
    channel.packet_received.connect(() => stand.signals.push('packet'));
    fake.receive(1);
    stand.fake.report.iceCandidateCreated('data', 0, 'a');
    expect(stand.poll()).toEqual(['ice_candidate_created data 0 a', 'packet']);
  });

  it('channel.poll() publishes those of one channel; its connection tells of them', () => {
    const { channel, fake, stand } = opened();
    let heard = 0;
    channel.packet_received.connect(() => (heard += 1));
    fake.receive(1);
    stand.fake.report.iceCandidateCreated('data', 0, 'a');
    const before = stand.signals.length;
    expect([channel.poll(), channel.getAvailablePacketCount(), fake.calls]).toEqual([OK, 1, ['_poll']]);
    expect([heard, stand.signals.length - before]).toEqual([0, 0]);
    stand.poll();
    expect([heard, takeAll(channel)]).toEqual([1, [1]]);
  });
});
