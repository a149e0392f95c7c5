import { describe, expect, it } from 'vitest';
import { MethodTable } from '../../src/multiplayer/rpc/method-table.js';
import type { RpcConfig } from '../../src/multiplayer/rpc/rpc-config.js';
import { recordErrorTexts } from '../core/support/errors.js';

const ANY: RpcConfig = { rpc_mode: 1 };
const NONE = new Map<string, RpcConfig>();
const mapOf = (names: readonly string[]): Map<string, RpcConfig> => new Map(names.map((name) => [name, ANY]));

const errors = recordErrorTexts();

describe('the methods of a node', () => {
  it.each([
    [['rotate', 'set_position'], '3331b7a449d7ae4d7d9411f47e51d28d'],
    [['local_auth', 'remote_any', 'local_any'], '42660dd8eb58e565d3b8821725f05c93'],
    [['one', 'two', 'many', 'no_args'], '4e7fa6d6a8f9452a3b7e2ae6cdbafda2'],
    [
      ['zulu', 'alpha10', 'Beta', '_private', 'alpha', 'alpha2', 'alphA', 'alpha_x', 'élan'],
      '049369503c3a72412f81c88431d49d53',
    ],
    [[], 'd41d8cd98f00b204e9800998ecf8427e'],
  ])("have Godot's checksum: %j (R-146)", (names, md5) => {
    expect(new MethodTable(mapOf(names), NONE).checksum).toBe(md5);
  });

  it('are numbered in the order of their names, code point by code point (R-144)', () => {
    const names = ['zulu', 'alpha10', 'Beta', '_private', 'alpha', 'alpha2', 'alphA', 'alpha_x', 'élan'];
    const table = new MethodTable(mapOf(names), NONE);
    const sorted = ['Beta', '_private', 'alphA', 'alpha', 'alpha10', 'alpha2', 'alpha_x', 'zulu', 'élan'];
    expect(table.scriptNames).toEqual(sorted);
    for (const [id, name] of sorted.entries()) expect(table.byId(id)?.name).toBe(name);
    expect(table.byId(sorted.length)).toBeUndefined();
  });

  it('beyond the basic plane come after all others (R-144)', () => {
    const table = new MethodTable(mapOf(['\u{1f600}', '\uffee', 'a']), NONE);
    expect(table.scriptNames).toEqual(['a', '\uffee', '\u{1f600}']);
  });

  it('that only this node has are numbered from 0x8000 on and come first in the checksum (R-144)', () => {
    const table = new MethodTable(mapOf(['many', 'no_args', 'one', 'two']), mapOf(['set_name', 'add_to_group']));
    expect(table.byId(0x8000)?.name).toBe('add_to_group');
    expect(table.byId(0x8001)?.name).toBe('set_name');
    expect(table.byId(0)?.name).toBe('many');
    expect(table.checksum).toBe('bbe884316fdfe68e6c5f9e2970639369');
  });

  it('without a mode are skipped with an error, and keep their number (R-144)', () => {
    const node = new Map<string, Partial<RpcConfig>>([
      ['a', ANY],
      ['b', {}],
      ['c', ANY],
    ]);
    const table = new MethodTable(NONE, node);
    expect(table.byName('b')).toBeUndefined();
    expect(table.byId(0x8001)).toBeUndefined();
    expect(table.byId(0x8002)?.name).toBe('c');
    expect(table.checksum).toBe(new MethodTable(mapOf(['a', 'c']), NONE).checksum);
    expect(errors).toEqual(["b can't be called: its configuration has no rpc_mode"]);
  });

  it('are called as the script has them when they are in both', () => {
    const table = new MethodTable(new Map([['a', { rpc_mode: 2, channel: 3 }]]), mapOf(['a']));
    expect(table.byName('a')).toMatchObject({ id: 0, mode: 2, channel: 3 });
    expect(table.byId(0x8000)?.name).toBe('a');
  });

  it('have the defaults of rpc_config', () => {
    const table = new MethodTable(mapOf(['a']), NONE);
    expect(table.byName('a')).toMatchObject({ mode: 1, transferMode: 2, channel: 0, isLocalToo: false });
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])('are never %s', (name) => {
    const table = new MethodTable(mapOf([name]), mapOf([name]));
    expect(table.byName(name)).toBeUndefined();
    expect(table.byId(0)).toBeUndefined();
    expect(table.byId(0x8000)).toBeUndefined();
    expect(errors).toHaveLength(2);
  });

  it.each([
    ['a transfer mode', { transfer_mode: 3 }],
    ['a channel', { channel: -1 }],
    ['a channel', { channel: 1.5 }],
    ['a type of argument', { args: ['number'] }],
  ])('with what is not %s can not be called', (_what, config) => {
    const table = new MethodTable(NONE, new Map([['a', { ...ANY, ...config } as RpcConfig]]));
    expect(table.byName('a')).toBeUndefined();
    expect(errors).toHaveLength(1);
  });
});
