import { Float, VariantType } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { decode, encode, KEEP_FLOATS } from '../multiplayer/support/variant-bytes.js';
import { readVectors } from '../support/vectors.js';
import { openGodotRoom } from './support/godot-room.js';

interface Vector {
  readonly name: string;
  readonly variant_type: number;
  readonly gdscript: string;
  readonly var_to_bytes_hex: string;
  /** What cannot be read from a call with this value alone. */
  readonly receiver_errors?: readonly string[];
}

const room = openGodotRoom();
const vectors = readVectors<readonly Vector[]>('variant-vectors.json');
const echo = 'game.get_node("Echo")';

const readable = vectors.filter((vector) => vector.receiver_errors === undefined);
const types = Object.entries(VariantType)
  .map(([name, type]) => [name, readable.filter((vector) => vector.variant_type === type)] as const)
  .filter(([, values]) => values.length > 0);

it('are there for every type that travels', () => {
  // An object arrives as its number, which says nothing here.
  const missing = Object.keys(VariantType).filter((name) => !types.some(([type]) => type === name));
  expect(missing).toEqual(['OBJECT']);
});

describe.each(['godot', 'node'] as const)('values where %s serves', (server) => {
  it.each(types)('R-078 %s from Godot to Node and back', async (type, values) => {
    const { game, node } = await room.meet(server);
    game.echo.sendsFloats = type === 'FLOAT';
    for (const { name, gdscript } of values) {
      room.log.length = room.godot.log.length = 0;
      // What Godot itself reads: a byte order mark is lost, and types of objects become that of encoded ones.
      const expected = await room.run(`var value = ${gdscript}
${echo}.echo.rpc_id(${node}, value)
return var_to_bytes(bytes_to_var(var_to_bytes(value))).hex_encode()`);
      const back = await room.told(/^Echo echoed/);
      expect([name, `"${back.split(' ').at(-1)}"`]).toEqual([name, expected]);
      const here = game.echo.sendsFloats ? new Float(game.echo.value as number) : game.echo.value;
      expect([name, encode('full', here)]).toEqual([name, expected.slice(1, -1)]);
    }
  });

  it.each(types)('R-078 %s from Node to Godot and back', async (_type, values) => {
    const { game, godot } = await room.meet(server);
    for (const { name, var_to_bytes_hex: bytes } of values) {
      room.log.length = room.godot.log.length = 0;
      const value = decode('full', bytes, KEEP_FLOATS);
      if (typeof value === 'string' && value === 'failed') throw new Error(`${name} was not read`);
      game.echo.rpcTo(godot).echo(value);
      const there = await room.told(/^Echo echo/);
      expect([name, there.split(' ').at(-1)]).toEqual([name, encode('full', value)]);
      await room.heard('node Echo echoed');
      const { value: back } = game.echo;
      const wholeFloat = value instanceof Float && typeof back === 'number' ? new Float(back) : back;
      expect([name, encode('full', wholeFloat)]).toEqual([name, encode('full', value)]);
    }
  });
});

describe('values that do not arrive as they were', () => {
  it('an object arrives as a number that means nothing here', async () => {
    const { game, node } = await room.meet('godot');
    const id = await room.run(`${echo}.echo.rpc_id(${node}, game)\nreturn game.get_instance_id()`);
    await room.heard('node Echo echo');
    expect(game.echo.value).toMatchObject({ objectId: BigInt(id) });
    await room.told(/^Echo echoed/);
  });

  it('R-147 an empty array of bytes alone is a call without arguments, which neither side runs', async () => {
    const { game, node, godot } = await room.meet('godot');
    await room.run(`${echo}.echo.rpc_id(${node}, PackedByteArray())`);
    game.echo.rpcTo(godot).echo(new Uint8Array());
    await room.quiet();
    expect(room.log.join() + room.godot.log.join()).not.toContain('Echo');
    expect(room.takeErrors().join()).toContain('called with 0');
    expect(room.takeReports()).toHaveLength(1);
  });
});
