import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataChannel } from 'node-datachannel';
import { expect, it } from 'vitest';
import { MessageTurns, PORTION } from '../../src/extension/native/message-turns.js';
import { NativeDataChannel } from '../../src/extension/native/native-data-channel.js';
import type { ChannelConfig } from '../../src/extension/webrtc-options.js';

const RELIABLE: ChannelConfig = {
  negotiated: true,
  id: 1,
  ordered: true,
  maxRetransmits: null,
  maxPacketLifeTime: null,
  protocol: '',
};

/** The addon's channel as far as its callbacks go. */
class FakeNative {
  message = (_data: Uint8Array): void => {};
  closed = (): void => {};
  onOpen(): void {}
  onError(): void {}
  onBufferedAmountLow(): void {}
  onMessage(callback: (data: Uint8Array) => void): void {
    this.message = callback;
  }
  onClosed(callback: () => void): void {
    this.closed = callback;
  }
  close(): void {}
}

function makeChannel(turns: MessageTurns, config = RELIABLE): { native: FakeNative; heard: string[] } {
  const native = new FakeNative();
  const heard: string[] = [];
  const channel = new NativeDataChannel('game', config, turns, () => {});
  channel._attach({
    opened() {},
    received() {},
    failed: () => void heard.push('failed'),
    closed: () => void heard.push('closed'),
  });
  channel.bind(native as unknown as DataChannel, false);
  return { native, heard };
}

const bring = (native: FakeNative, count: number): void => {
  for (let i = 0; i < count; i += 1) native.message(Buffer.alloc(4));
};

it('the end of a connection waits for a turn without messages', async () => {
  const turns = new MessageTurns();
  let reported = false;
  turns.afterMessages(() => {
    reported = true;
  });
  for (let i = 0; i < 5; i += 1) {
    turns.note();
    await nextTurn();
    expect(reported).toBe(false);
  }
  await nextTurn();
  expect(reported).toBe(true);
});

it('the end of a connection is not told in the turn it is heard of', async () => {
  const turns = new MessageTurns();
  const heard: string[] = [];
  turns.afterMessages(() => heard.push('end'));
  turns.note();
  turns.note();
  heard.push('this turn');
  await nextTurn();
  await nextTurn();
  expect(heard).toEqual(['this turn', 'end']);
});

it('the end of a channel is told a turn later, however busy another one of the connection is', async () => {
  const turns = new MessageTurns();
  const busy = makeChannel(turns);
  const ending = makeChannel(turns);
  bring(ending.native, 3);
  ending.native.closed();
  bring(busy.native, 3);
  expect(ending.heard).toEqual([]);
  await nextTurn();
  expect(ending.heard).toEqual(['closed']);
});

it.each([
  ['a full portion', PORTION, RELIABLE, ['failed', 'closed']],
  ['less', PORTION - 1, RELIABLE, ['closed']],
  ['a full portion of an unreliable channel', PORTION, { ...RELIABLE, maxRetransmits: 0 }, ['closed']],
] as const)('D4 an end in the turn of %s', async (_name, count, config, heard) => {
  const channel = makeChannel(new MessageTurns(), config);
  bring(channel.native, count);
  channel.native.closed();
  await nextTurn();
  expect(channel.heard).toEqual(heard);
});

it('D4 an end in a later turn, or after a portion of several turns, has lost nothing', async () => {
  const turns = new MessageTurns();
  const [later, spread] = [makeChannel(turns), makeChannel(turns)];
  bring(later.native, PORTION);
  bring(spread.native, PORTION - 1);
  await nextTurn();
  bring(spread.native, PORTION - 1);
  later.native.closed();
  spread.native.closed();
  await nextTurn();
  expect([later.heard, spread.heard]).toEqual([['closed'], ['closed']]);
});
