import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { RelayOutbox } from '../../../src/lobby/server/redis/relay-outbox.js';
import { readMail } from '../../../src/lobby/server/redis/store-mail.js';
import type { Relayed } from '../../../src/lobby/server/store/lobby-store.js';

const letter = (to: number, data: string): Relayed => ({ room: 'r', from: 1, to, type: MessageType.OFFER, data });

let published: { process: string; text: string }[];
let outbox: RelayOutbox;
beforeEach(() => {
  published = [];
  outbox = new RelayOutbox((process, text) => published.push({ process, text }));
});

const arrived = (): string[] =>
  published.flatMap(({ process, text }) =>
    readMail(text).map((mail) => `${process} ${mail.kind === 'relay' ? mail.message.data : mail.kind}`),
  );

describe('what is relayed to other processes', () => {
  it('in one turn goes in one message to each, in order', async () => {
    outbox.add('a', letter(2, 'one'));
    outbox.add('b', letter(3, 'two'));
    outbox.add('a', letter(2, 'three'));
    expect(published).toEqual([]);
    await turn();
    expect(published).toHaveLength(2);
    expect(arrived()).toEqual(['a one', 'a three', 'b two']);
    outbox.add('a', letter(2, 'four'));
    await turn();
    expect(arrived().at(-1)).toBe('a four');
  });

  it('goes before what is sent at once', async () => {
    outbox.add('a', letter(2, 'first'));
    outbox.flush();
    expect(arrived()).toEqual(['a first']);
    await turn();
    expect(published).toHaveLength(1);
  });

  it('makes no message larger than Redis and its reader are asked to hold', async () => {
    for (let i = 0; i < 20; i += 1) outbox.add('a', letter(2, `${i} ${'x'.repeat(60_000)}`));
    await turn();
    expect(arrived().map((line) => line.slice(0, 5).trim())).toEqual(
      Array.from({ length: 20 }, (_, i) => `a ${i} x`.slice(0, 5).trim()),
    );
    for (const { text } of published) expect(text.length).toBeLessThan(400_000);
  });

  it('what is none is none', () => {
    for (const text of ['beat', '', 'null', '[]', '[1,null,"x",{}]', '{"kin']) expect(readMail(text)).toEqual([]);
  });
});
