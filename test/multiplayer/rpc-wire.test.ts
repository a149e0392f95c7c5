import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/core/byte-reader.js';
import { ByteWriter } from '../../src/core/byte-writer.js';
import { RPC_FEATURE } from '../../src/multiplayer/rpc/ask-options.js';
import { readFailure, readList, writeFailure, writeList } from '../../src/multiplayer/rpc/not-godots.js';
import { RpcRefusal } from '../../src/multiplayer/rpc/rpc-error.js';
import type { Variant } from '../../src/multiplayer/variant/variant.js';
import { defineRpcs } from '../../src/nodes/define-rpcs.js';
import { NodeScript } from '../../src/nodes/node-script.js';
import { recordErrorTexts } from '../core/support/errors.js';
import { bytesOf, hex, type RpcRoom, rpcRoom } from './support/rpc-room.js';

const errors = recordErrorTexts();

class Shop extends NodeScript {
  static readonly rpcs = defineRpcs(Shop, { buy: { mode: 'any_peer' }, refuse: { mode: 'any_peer' } });
  declare readonly rpcs: typeof Shop.rpcs;

  readonly bought: Variant[] = [];

  buy(item: Variant): Variant {
    this.bought.push(item);
    return item;
  }
  refuse(): never {
    throw new RpcRefusal('é');
  }
}

/** The list `buy`, `refuse`, its announcement under the number 1, and how the path of the node ends a packet. */
const LIST = '480000' + '62757900' + '72656675736500';
const PATH = Buffer.from('World/Thing\0').toString('hex');

const shopRoom = (): RpcRoom<Shop> => rpcRoom(() => new Shop());

describe('the wire format of calls between scenewire peers (docs/wire.md)', () => {
  it('is named rpc1', () => {
    expect(RPC_FEATURE).toBe('rpc1');
  });

  it('tells the list before the first call, and nothing else of its own with it', () => {
    const room = shopRoom();
    room.client.script.rpc.buy(5);
    const [list, announced, called] = room.takeSent();
    expect(list).toBe(`2>1 ${LIST}`);
    expect(announced).toMatch(new RegExp(`^2>1 01[0-9a-f]{64}0001000000${PATH}$`));
    expect(called).toBe(`2>1 2009000080000102${'05'}${PATH}`);
  });

  it('puts a number before a call that is to be answered: with the path, then with the number of the node', async () => {
    const room = shopRoom();
    void room.client.script.ask(1).buy(5);
    expect(room.takeSent().slice(2)).toEqual([`2>1 0801000000${'2009000080000102'}05${PATH}`]);
    room.frames(2);
    expect(room.takeSent()).toEqual(['1>2 020101000000', '1>2 18010000000205']);
    void room.client.script.ask(1).buy('x');
    expect(room.takeSent()).toEqual(['2>1 0802000000' + '00010001' + '040000000100000078000000']);
  });

  it('answers with the number and the value, or with the number alone for null', () => {
    const room = shopRoom();
    for (const value of [null, true, 300]) void room.client.script.ask(1).buy(value);
    room.frames();
    const answers = room.takeSent().filter((line) => line.startsWith('1>2 18'));
    expect(answers).toEqual(['1>2 1801000000', '1>2 180200000081', '1>2 1803000000422c01']);
  });

  it('tells a failure by its reason, and the text of a refusal', () => {
    const room = shopRoom();
    void room.client.script.ask(1).refuse();
    void room.client.api.ask(1, room.client.thing, 'buy', []);
    room.frames();
    const failures = room.takeSent().filter((line) => line.startsWith('1>2 28'));
    expect(failures).toEqual(['1>2 280100000001c3a9', '1>2 280200000005']);
  });

  it('takes a question back by its number', () => {
    const room = shopRoom();
    const controller = new AbortController();
    void room.client.script.ask(1, { signal: controller.signal }).buy(5);
    room.takeSent();
    controller.abort();
    expect(room.takeSent()).toEqual(['2>1 3801000000']);
  });

  it('answers the announcement of another list with its own and the path', () => {
    const room = shopRoom();
    const md5 = Buffer.from('0'.repeat(32)).toString('hex');
    room.client.peer.inject(room.server.peer, bytesOf(`01${md5}0001000000${PATH}`));
    room.frames();
    expect(room.takeSent()).toEqual([`1>2 58${PATH}${LIST.slice(2)}`, '1>2 020001000000']);
  });

  it('reads what it writes', () => {
    const writer = new ByteWriter();
    const lists = [
      { nodeNames: [], scriptNames: [] },
      { nodeNames: ['a', '', 'é'], scriptNames: ['b'] },
    ];
    for (const list of lists) {
      writer.clear();
      writeList(writer, list);
      expect(readList(writer.view(), 100)).toEqual(list);
    }
    expect(hex(writer.view())).toBe('0300' + '6100' + '00' + 'c3a900' + '6200');
    writer.clear();
    writeFailure(writer, 7, 'busy', 'text');
    expect(hex(writer.view())).toBe('28' + '07000000' + '07' + '74657874');
    expect(readFailure(new ByteReader(writer.view().subarray(5)))).toEqual({ reason: 'busy', text: 'text' });
  });

  it('takes an unknown reason, and a text that is none, for a failure', () => {
    expect(readFailure(new ByteReader(bytesOf('63')))).toEqual({ reason: 'failed', text: '' });
    expect(readFailure(new ByteReader(bytesOf('01ff')))).toEqual({ reason: 'refused', text: '' });
    expect(readFailure(new ByteReader(bytesOf('')))).toEqual({ reason: 'failed', text: '' });
  });

  it('keeps no more than a megabyte of lists of one peer, of either kind, and one that it knows only once', () => {
    const room = shopRoom();
    const name = (first: string): string => `${first}${'61'.repeat(60_000)}00`;
    for (let n = 0; n < 50; n += 1) {
      const first = (0x41 + (n % 25)).toString(16);
      const packet = n % 2 === 0 ? `58${PATH}0000${name(first)}` : `480000${name(first)}`;
      room.client.peer.inject(room.server.peer, bytesOf(packet));
    }
    room.frames();
    // 25 different ones of 60,003 bytes: 17 find room, and each came twice.
    expect(room.server.api.getDropped(2)).toMatchObject({ limit: 16, malformed: 0 });
  });

  it('drops and counts what it does not know', () => {
    const room = shopRoom();
    for (const packet of ['68', '78 01000000', 'f8']) room.client.peer.inject(room.server.peer, bytesOf(packet));
    for (const packet of ['08', '18 010000', '28', '38 0102'])
      room.client.peer.inject(room.server.peer, bytesOf(packet));
    room.frames();
    expect(room.server.api.getDropped(2)).toMatchObject({ 'unknown-command': 3, malformed: 4 });
  });

  it("does not look at that bit of Godot's peers, as Godot", () => {
    const room = rpcRoom(() => new Shop(), { features: () => [] });
    room.client.script.rpc.buy(1);
    room.frames(2);
    room.server.script.bought.length = 0;
    for (const packet of ['08 01 00 01 0205', '98 0100 01']) room.client.peer.inject(room.server.peer, bytesOf(packet));
    room.frames();
    expect(room.server.script.bought).toEqual([5]);
    expect(errors).toEqual([]);
  });
});
