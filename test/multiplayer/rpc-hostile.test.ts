import { describe, expect, it } from 'vitest';
import { recordErrorTexts } from '../core/support/errors.js';
import { fuzzRpc, RPC_FUZZ_KINDS } from '../support/rpc-fuzz.js';
import { bytesOf } from './support/rpc-room.js';
import { godotRoom, type ThingRoom, warmUp } from './support/rpc-thing.js';

const CASES = 15_000;

// What is dropped is reported: not on the screen of the tests.
recordErrorTexts();

/** A packet of the client's, by a hand that knows no rules. */
function inject(room: ThingRoom, text: string): void {
  room.client.peer.inject(room.server.peer, bytesOf(text));
  room.frames();
}

const pathOf = (path: string): string => Buffer.from(`${path}\0`).toString('hex');

describe('a stranger', () => {
  it.each([
    ['nothing', ''],
    ['a header alone', '00'],
    ['a node of a width that is none', '3001000000 00'],
    ['a number that was never announced', '00 09 00'],
    ['a method without its second byte', '40 01 00'],
    ['a path behind the end', '20 00010080 00 00'],
    ['a path that is no text', '20 06000080 00 ff00'],
    ['a path that leads nowhere', `a0 06000080 00 ${pathOf('World/Nobody')}`],
    ['a path out of the root', `a0 06000080 00 ${pathOf('../World/Thing')}`],
    ['an absolute path', `a0 06000080 00 ${pathOf('/root/World/Thing')}`],
    ['a path to the tree itself', `a0 06000080 00 ${pathOf('.')}`],
    ['a path of dots', `a0 06000080 00 ${pathOf('World/../World/Thing')}`],
    ['no count of arguments', '00 01 00'],
    ['a method behind the last', '80 01 09'],
    ['a method of the node, which has none', 'c0 01 0080'],
    ['the largest method', 'c0 01 ffff'],
    ['a method that is disabled', '80 01 03'],
    ['a method of the authority', '80 01 01'],
  ])('who sends %s calls nothing', (_what, packet) => {
    const room = warmUp(godotRoom());
    const before = Object.values(room.server.api.getDropped(2)).reduce<number>((sum, n) => sum + (n ?? 0), 0);
    inject(room, packet);
    expect(room.server.script.taken()).toEqual([]);
    const after = Object.values(room.server.api.getDropped(2)).reduce<number>((sum, n) => sum + (n ?? 0), 0);
    expect(after - before).toBe(packet === '' ? after - before : 1);
    expect(room.server.api.getPeers()).toEqual([2]);
  });

  it('whose argument does not decode calls with nulls, as with Godot, and that is counted', () => {
    const room = warmUp(godotRoom());
    inject(room, '00 01 00 04 0207 04 ffffffff 0205');
    inject(room, '00 01 00 ff');
    expect(room.server.script.taken()).toEqual([
      ['any', 2, 7, null, null, null],
      ['any', 2, ...new Array<null>(255).fill(null)],
    ]);
    expect(room.server.api.getDropped(2)['bad-arguments']).toBe(2);
  });

  it('whose argument does not decode calls nothing that checks its arguments', () => {
    const room = warmUp(godotRoom());
    inject(room, '00 01 02 02 0207 04ffffff');
    expect(room.server.script.taken()).toEqual([]);
    expect(room.server.api.getDropped(2)['bad-arguments']).toBe(1);
  });

  it('never gets an object made (R-140)', () => {
    const room = warmUp(godotRoom());
    const object = '18000000 0a000000 526566436f756e746564 0000 00000000';
    inject(room, `00 01 00 01 ${object}`);
    expect(room.server.script.taken()).toEqual([['any', 2, null]]);
  });

  it('with keys like those of prototypes changes no prototype', () => {
    const room = warmUp(godotRoom());
    const key = `04000000 09000000 ${Buffer.from('__proto__').toString('hex')} 000000`;
    inject(room, `00 01 00 01 1b000000 01000000 ${key} 1b000000 01000000 ${key} 02000000 01000000`);
    const [[, , given] = []] = room.server.script.taken();
    expect(given).toBeInstanceOf(Map);
    expect(Object.keys({})).toEqual([]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

describe.each(RPC_FUZZ_KINDS)('packets about calls between %s peers', (kind) => {
  it.each([1, 2])('do no harm, whatever is wrong with them (seed %i)', async (seed) => {
    const outcome = await fuzzRpc(kind, seed, CASES);
    expect(outcome.problems).toEqual([]);
    // Enough of them were good, and enough were not, for this to mean something.
    expect(outcome.called).toBeGreaterThan(CASES / 10);
    expect(outcome.dropped).toBeGreaterThan(CASES / 10);
    if (kind === 'scenewire') expect(outcome.settled).toBeGreaterThan(0);
  });
});
