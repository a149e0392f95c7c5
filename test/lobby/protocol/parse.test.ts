import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lobbySchema } from '../../../scripts/lib/lobby-schema.js';
import { inRoot } from '../../../scripts/lib/paths.js';
import { readCandidate, writeCandidate } from '../../../src/lobby/protocol/candidate.js';
import { MAX_FRAME_BYTES, MAX_METADATA_KEYS } from '../../../src/lobby/protocol/limits.js';
import { lobbyReasons, reasonOfText } from '../../../src/lobby/protocol/lobby-reason.js';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { isMetadata, matches } from '../../../src/lobby/protocol/metadata.js';
import { parseClientMessage, parseServerMessage } from '../../../src/lobby/protocol/parse.js';
import { isRoomName, toRoomCode } from '../../../src/lobby/protocol/room-name.js';
import { writeMessage } from '../../../src/lobby/protocol/write.js';
import { JsonSchema } from './support/json-schema.js';
import { RandomMessages } from './support/random-messages.js';

const CASES = 20_000;

const fromClient = (message: object, isAnnounced = true) => parseClientMessage(JSON.stringify(message), isAnnounced);

describe('a message', () => {
  it('is written with its three members, in Godot’s Node server’s order', () => {
    expect(writeMessage({ type: MessageType.SEAL })).toBe('{"type":7,"id":0,"data":""}');
    expect(writeMessage({ type: MessageType.ERROR, id: 4, reason: 'not_host', fatal: false })).toBe(
      '{"type":31,"id":4,"data":"","reason":"not_host","fatal":false}',
    );
  });

  it('is read without what does not belong to it, at any depth', () => {
    const create = { name: 'a', evil: 1, meta: { map: 'x' } };
    const { message } = fromClient({ type: 0, id: 0, data: '', sw: 1, create, evil: 2 });
    expect(message).toEqual({ type: 0, id: 0, data: '', sw: 1, create: { name: 'a', meta: { map: 'x' } } });
  });

  it('tells which member was wrong, and of which request', () => {
    expect(fromClient({ type: 22, id: 5, data: '', ban: 1, ref: 9 }).bad).toEqual({
      problem: 'member',
      type: 22,
      member: 'ban',
      ref: 9,
    });
    expect(fromClient({ type: 22, id: 5, data: '', ref: -9 }).bad).toEqual({
      problem: 'member',
      type: 22,
      member: 'ref',
    });
    expect(fromClient({ type: 77, id: 5, data: '', ref: 9 }).bad).toEqual({ problem: 'type', type: 77, ref: 9 });
  });

  it('of an extension is none for a client that did not announce itself', () => {
    for (const type of Object.values(MessageType)) {
      const { bad } = fromClient({ type, id: 0, data: '' }, false);
      const isGodots = [0, 4, 5, 6, 7].includes(type);
      expect(bad === undefined, `type ${type}`).toBe(isGodots);
    }
  });

  it('has at most 65,000 bytes', () => {
    const long = (bytes: number): string => `{"type":0,"id":0,"data":"${'x'.repeat(bytes - 27)}"}`;
    expect(long(MAX_FRAME_BYTES)).toHaveLength(MAX_FRAME_BYTES);
    expect(parseClientMessage(long(MAX_FRAME_BYTES), false).bad).toBeUndefined();
    expect(parseClientMessage(long(MAX_FRAME_BYTES + 1), false).bad?.problem).toBe('format');
  });

  it('is as simple as a message, also where nobody looks: not deep, and not of many parts', () => {
    const deep = (levels: number): string => `{"type":0,"id":0,"x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const wide = (parts: number): string => `{"type":0,"id":0,"x":[${Array.from({ length: parts }, () => 1).join()}]}`;
    expect(parseClientMessage(deep(15), false).message).toEqual({ type: 0, id: 0, data: '' });
    expect(parseClientMessage(wide(1000), false).message).toEqual({ type: 0, id: 0, data: '' });
    for (const frame of [deep(16), deep(30_000), wide(1024), wide(30_000)]) {
      expect(parseClientMessage(frame, false).bad?.problem).toBe('format');
    }
    const data = '[{",\\\\"'.repeat(2000);
    expect(parseClientMessage(JSON.stringify({ type: 4, id: 1, data }), false).message?.data).toBe(data);
  });

  it('does not touch prototypes', () => {
    const frame =
      '{"type":0,"id":0,"data":"","sw":1,"__proto__":{"polluted":1},"create":{"__proto__":{"name":"x"},"meta":{"a":1}}}';
    const { message } = parseClientMessage(frame, true);
    expect(message).toEqual({ type: 0, id: 0, data: '', sw: 1, create: { meta: { a: 1 } } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(parseClientMessage('{"type":21,"id":0,"data":"","meta":{"__proto__":1}}', true).bad?.member).toBe('meta');
  });

  it('from Godot’s servers is understood', () => {
    for (const frame of [
      '{"type":1,"id":1,"data":"true"}',
      '{"data":"","id":5,"type":2}',
      '{"data":"\\n0\\n0\\ncandidate:1 1 UDP 2114977791 192.0.2.2 57072 typ host","id":1,"type":6}',
      '{"type":0,"id":0,"data":"aBcDeFgHiJkLmNoPqRsTuVwXyZ012345"}',
      '{"type":7,"id":0,"data":""}',
    ]) {
      expect(parseServerMessage(frame).bad, frame).toBeUndefined();
    }
  });
});

describe('the schema in docs', () => {
  it('is that of the parser: run `npx tsx scripts/lobby-schema.ts` when this fails', () => {
    expect(JSON.parse(readFileSync(inRoot('docs/lobby-protocol.schema.json'), 'utf8'))).toEqual(lobbySchema());
  });

  const schema = new JsonSchema(lobbySchema());
  const sides = [
    ['client', '#/$defs/fromClient', (frame: string) => parseClientMessage(frame, true)],
    ['server', '#/$defs/fromServer', parseServerMessage],
  ] as const;

  it.each(sides)('fits every good message of a %s, and the parser takes it as it is', (side, pointer, parse) => {
    const random = new RandomMessages(1);
    for (let i = 0; i < CASES; i += 1) {
      const message = random.good(side);
      expect(schema.fits(message, pointer), JSON.stringify(message)).toBe(true);
      expect(parse(JSON.stringify(message)).message, JSON.stringify(message)).toEqual(message);
    }
  });

  it.each(sides)(
    'and the parser agree about bad messages of a %s, but for what the parser forgives',
    (side, pointer, parse) => {
      const random = new RandomMessages(2);
      let refused = 0;
      for (let i = 0; i < CASES; i += 1) {
        const message = random.bad(side);
        const fits = schema.fits(message, pointer);
        const { bad } = parse(JSON.stringify(message));
        if (bad !== undefined) refused += 1;
        if (!isForgiven(message)) expect(bad === undefined, JSON.stringify(message)).toBe(fits);
      }
      expect(refused).toBeGreaterThan(CASES / 4);
    },
  );

  /** Fractions, a missing `data`, and what a schema can't count: the length of metadata as JSON. */
  function isForgiven(message: Record<string, unknown>): boolean {
    const { type, id, data, meta, room, create, rooms } = message;
    const isRound = [type, id].every((value) => typeof value !== 'number' || Number.isInteger(value));
    const longest = Math.max(...[meta, room, create, rooms].map((value) => JSON.stringify(value ?? '').length));
    return !isRound || data === undefined || data === null || longest > 1000 || (typeof id === 'number' && id < -1);
  }
});

describe('any text at all', () => {
  it('never throws, and never gives more than a message', () => {
    const random = new RandomMessages(3);
    for (let i = 0; i < CASES; i += 1) {
      const frame =
        i % 2 === 0 ? JSON.stringify(random.junk(6)) : mutate(random, JSON.stringify(random.good('client')));
      for (const parse of [(text: string) => parseClientMessage(text, i % 3 === 0), parseServerMessage]) {
        const { message, bad } = parse(frame);
        expect((message === undefined) !== (bad === undefined)).toBe(true);
      }
    }
  });

  it('nor any bytes', () => {
    const random = new RandomMessages(4);
    for (let i = 0; i < CASES / 4; i += 1) {
      const bytes = Uint8Array.from({ length: random.below(60) }, () => random.below(256));
      expect(parseClientMessage(bytes, true).bad?.problem).toBe('format');
    }
  });

  function mutate(random: RandomMessages, text: string): string {
    const at = random.below(text.length);
    return `${text.slice(0, at)}${random.pick(['', '"', '{', ']', '\\', '\u0000', '1', ','])}${text.slice(at + random.below(3))}`;
  }
});

describe('metadata', () => {
  it.each<[unknown, boolean]>([
    [{}, true],
    [{ map: 'dunes', level: 3.5, hard: false }, true],
    [{ 'a.b-c_D9': '' }, true],
    [{ '': 1 }, false],
    [{ 'a b': 1 }, false],
    [{ a: null }, false],
    [{ a: [1] }, false],
    [{ a: { b: 1 } }, false],
    [{ a: Number.NaN }, false],
    [{ a: 'x'.repeat(1025) }, false],
    [Object.fromEntries(Array.from({ length: MAX_METADATA_KEYS + 1 }, (_, i) => [`k${i}`, i])), false],
    [{ a: 'x'.repeat(1000), b: 'x'.repeat(1000), c: 'x'.repeat(100) }, false],
    [[], false],
    [null, false],
    ['text', false],
  ])('%j: %s', (value, isFine) => {
    expect(isMetadata(value)).toBe(isFine);
  });

  it('is filtered by value, by list and by range; what is missing matches nothing', () => {
    const meta = { map: 'dunes', level: 3, hard: true };
    expect(matches(meta, {})).toBe(true);
    expect(matches(meta, { map: 'dunes', hard: true })).toBe(true);
    expect(matches(meta, { map: ['moon', 'dunes'] })).toBe(true);
    expect(matches(meta, { map: [] })).toBe(false);
    expect(matches(meta, { level: { min: 3, max: 3 } })).toBe(true);
    expect(matches(meta, { level: { min: 3.1 } })).toBe(false);
    expect(matches(meta, { map: { min: 0 } })).toBe(false);
    expect(matches(meta, { level: '3' })).toBe(false);
    expect(matches(meta, { other: false })).toBe(false);
    expect(matches(meta, { toString: 'x' })).toBe(false);
  });
});

describe('names of rooms', () => {
  it.each([
    ['a', true],
    ['My-room_1.~', true],
    ['x'.repeat(64), true],
    ['x'.repeat(65), false],
    ['', false],
    ['a b', false],
    ['a/b', false],
    ['ж', false],
  ])('%j: %s', (name, isFine) => {
    expect(isRoomName(name)).toBe(isFine);
  });

  it.each([
    ['bcd-f29', 'BCDF29'],
    [' BCD F29 ', 'BCDF29'],
    ['BCDF29', 'BCDF29'],
    ['hello', null],
    ['', null],
  ])('%j as a code: %s', (typed, code) => {
    expect(toRoomCode(typed)).toBe(code);
  });
});

describe('candidates', () => {
  it('are written as Godot 4.6.3 writes them, and read as it reads them', () => {
    const name = 'candidate:1 1 UDP 2114977791 192.0.2.2 57072 typ host';
    expect(writeCandidate({ media: '0', index: 0, name })).toBe(`\n0\n0\n${name}`);
    expect(readCandidate(`\n0\n0\n${name}`)).toEqual({ media: '0', index: 0, name });
    expect(writeCandidate({ media: '', index: 1, name })).toBe(`\n0\n1\n${name}`);
  });

  it.each(['', '\n0\n0\n', '\n0\nx\ncandidate:1', '\n0\n0\ncandidate:1\nmore', '0\n0'])('%j is none', (data) => {
    expect(readCandidate(data)).toBeNull();
  });

  it('that Godot would refuse are not written: empty, or with a newline', () => {
    expect(writeCandidate({ media: '0', index: 0, name: '' })).toBeNull();
    expect(writeCandidate({ media: '0', index: 0, name: 'a\nb' })).toBeNull();
  });
});

describe('reasons', () => {
  it('have texts that fit into a close frame, and are found by them', () => {
    for (const [reason, text] of Object.entries(lobbyReasons)) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(123);
      expect(reasonOfText(text)).toBe(reason);
    }
    expect(reasonOfText('Only host can seal the lobby')).toBe('not_host');
    expect(reasonOfText('Kicked: spam')).toBe('kicked');
    expect(reasonOfText('whatever')).toBeNull();
  });
});
