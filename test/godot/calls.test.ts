import { Vector3 } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { openGodotRoom } from './support/godot-room.js';

const room = openGodotRoom();
const calls = 'game.get_node("Calls")';
const moreCalls = 'game.get_node("MoreCalls")';

describe.each(['godot', 'node'] as const)('calls where %s serves', (server) => {
  it.each(['by_anyone', 'here_too', 'unreliable', 'unreliable_ordered', 'on_channel_4'] as const)(
    '%s runs at the other side, both ways',
    async (method) => {
      const { game, node, godot } = await room.meet(server);
      game.calls.rpc[method]('to Godot');
      await room.told(`Calls ${method}("to Godot") from ${node}`);
      await room.run(`${calls}.${method}.rpc("to Node")`);
      await room.heard(`node Calls ${method}("to Node") from ${godot}`);
    },
  );

  it('R-142 runs at the caller as well where the method says so', async () => {
    const { game, node, godot } = await room.meet(server);
    game.calls.rpc.here_too(1);
    await room.told(`Calls here_too(1) from ${node}`);
    expect(room.log).toContain(`node Calls here_too(1) from ${node}`);
    await room.run(`${calls}.here_too.rpc(2)`);
    await room.heard(`node Calls here_too(2) from ${godot}`);
    await room.told(`Calls here_too(2) from ${godot}`);
  });

  it('R-145 goes on by number once the path is confirmed, in order', async () => {
    const { game, node, godot } = await room.meet(server);
    for (let i = 0; i < 50; i += 1) {
      game.calls.rpcTo(godot).by_anyone(i);
      await room.run(`${calls}.by_anyone.rpc_id(${node}, ${i})`);
    }
    await room.told(`Calls by_anyone(49) from ${node}`);
    await room.heard(`node Calls by_anyone(49) from ${godot}`);
    const numbers = Array.from({ length: 50 }, (_unused, i) => i);
    expect(room.godot.log.slice(-50)).toEqual(numbers.map((i) => `Calls by_anyone(${i}) from ${node}`));
    expect(room.log.slice(-50)).toEqual(numbers.map((i) => `node Calls by_anyone(${i}) from ${godot}`));
  });

  it('R-147 takes no, one, several and left out arguments', async () => {
    const { game, node, godot } = await room.meet(server);
    game.calls.rpc.no_arguments();
    game.calls.rpc.several(1, 'two', [3]);
    game.calls.rpc.optional(1);
    game.calls.rpc.optional(1, 2);
    game.calls.rpc.typed(7, 'seven', new Vector3(1, 2, 3));
    game.calls.rpc.by_anyone(new Uint8Array([1, 2]));
    await room.told(`Calls by_anyone(PackedByteArray(1, 2)) from ${node}`);
    expect(room.godot.log.slice(-6, -1)).toEqual([
      `Calls no_arguments() from ${node}`,
      `Calls several(1, "two", [3]) from ${node}`,
      `Calls optional(1, "default") from ${node}`,
      `Calls optional(1, 2) from ${node}`,
      `Calls typed(7, "seven", Vector3(1, 2, 3)) from ${node}`,
    ]);
    await room.run(`${calls}.no_arguments.rpc()
${calls}.several.rpc(1, "two", [3])
${calls}.optional.rpc(1)
${calls}.optional.rpc(1, 2)
${calls}.typed.rpc(7, "seven", Vector3(1, 2, 3))
${calls}.by_anyone.rpc(PackedByteArray([1, 2]))`);
    await room.heard(`node Calls by_anyone(Uint8Array {"0":1,"1":2}) from ${godot}`);
    expect(room.log.slice(-6, -1)).toEqual([
      `node Calls no_arguments() from ${godot}`,
      `node Calls several(1, "two", [3]) from ${godot}`,
      `node Calls optional(1, "default") from ${godot}`,
      `node Calls optional(1, 2) from ${godot}`,
      `node Calls typed(7, "seven", Vector3 {"x":1,"y":2,"z":3}) from ${godot}`,
    ]);
  });

  it('R-134 answers while a call is running', async () => {
    const { game, node, godot } = await room.meet(server);
    game.calls.rpc.question('why?');
    await room.heard(`node Calls answer("why?") from ${godot}`);
    await room.run(`${calls}.question.rpc("how?")`);
    await room.told(`Calls answer("how?") from ${node}`);
  });

  it('R-144 inherited methods, one that is declared anew, and one that was configured by hand', async () => {
    const { game, node, godot } = await room.meet(server);
    game.moreCalls.rpc.by_authority(1);
    game.moreCalls.rpc.by_anyone(2);
    game.moreCalls.rpc.additional(3);
    game.tree.rpc(game.nodeOf(game.moreCalls), 'configured', 4);
    await room.told(`MoreCalls configured(4) from ${node}`);
    await room.run(`${moreCalls}.by_authority.rpc(1)
${moreCalls}.by_anyone.rpc(2)
${moreCalls}.additional.rpc(3)
${moreCalls}.configured.rpc(4)`);
    await room.heard(`node MoreCalls configured(4) from ${godot}`);
    const lines = ['by_authority here(1)', 'by_anyone(2)', 'additional(3)', 'configured(4)'];
    expect(room.godot.log.slice(-4)).toEqual(lines.map((line) => `MoreCalls ${line} from ${node}`));
    expect(room.log.slice(-4)).toEqual(lines.map((line) => `node MoreCalls ${line} from ${godot}`));
  });

  it('R-143 takes calls of the authority alone where the method says so', async () => {
    const { game, node, godot } = await room.meet(server);
    const [serverSide, clientSide] = server === 'node' ? ['node', 'godot'] : ['godot', 'node'];
    // Both may try. Only one of them is the authority, 1.
    game.calls.rpc.by_authority('from Node');
    game.calls.rpc.by_anyone('end');
    await room.run(`${calls}.by_authority.rpc("from Godot")\n${calls}.by_anyone.rpc("end")`);
    await room.told(`Calls by_anyone("end") from ${node}`);
    await room.heard(`node Calls by_anyone("end") from ${godot}`);
    const heard = { godot: room.godot.log.join(), node: room.log.join() };
    expect(heard[clientSide as 'godot' | 'node']).toContain('by_authority');
    expect(heard[serverSide as 'godot' | 'node']).not.toContain('by_authority');
    expect([room.takeErrors().length > 0, room.takeReports().length > 0]).toEqual([
      serverSide === 'godot',
      serverSide === 'node',
    ]);
  });

  it('R-143 Godot takes no calls of a method that it disabled', async () => {
    const { game } = await room.meet(server);
    await room.run(`${moreCalls}.rpc_config("configured", {"rpc_mode": 0})`);
    game.tree.rpc(game.nodeOf(game.moreCalls), 'configured', 'to Godot');
    await room.until(() => room.godot.errors.length > 0);
    expect(room.takeErrors().join()).toContain('not allowed');
    expect(room.godot.log.join()).not.toContain('configured');
  });

  it('R-143 nor does Node', async () => {
    const { game, godot } = await room.meet(server);
    game.tree.rpcConfig(game.nodeOf(game.moreCalls), 'configured', { rpc_mode: 0 });
    await room.run(`${moreCalls}.configured.rpc("to Node")`);
    await room.reads(() => game.api.getDropped(godot)['not-permitted'], 1);
    expect(room.takeReports()).toHaveLength(1);
    expect(room.log.join()).not.toContain('configured');
  });

  it('R-143 R-169 follows the authority of a node', async () => {
    const { game, node, godot } = await room.meet(server);
    const owner = server === 'node' ? godot : node;
    game.tree.setMultiplayerAuthority(game.nodeOf(game.calls), owner);
    await room.run(`${calls}.set_multiplayer_authority(${owner})`);
    if (owner === node) game.calls.rpc.by_authority('mine');
    else await room.run(`${calls}.by_authority.rpc("mine")`);
    if (owner === node) await room.told(`Calls by_authority("mine") from ${node}`);
    else await room.heard(`node Calls by_authority("mine") from ${godot}`);
  });

  it('R-141 does not run what is no RPC', async () => {
    const { game } = await room.meet(server);
    game.tree.rpc(game.nodeOf(game.calls), 'secret');
    expect(room.takeReports()).toHaveLength(1);
    await room.run(`${calls}.rpc("secret")`);
    await room.quiet();
    expect(room.godot.log.join() + room.log.join()).not.toContain('secret');
    expect(room.takeErrors()).not.toEqual([]);
  });

  it('R-146 tells of lists of methods that differ, and goes on', async () => {
    const { game, node } = await room.meet(server);
    await room.run(
      `${moreCalls}.rpc_config("zz_only_in_godot", {"rpc_mode": 1, "transfer_mode": 2, "call_local": false, "channel": 0})`,
    );
    game.moreCalls.rpc.by_anyone(5);
    await room.told(`MoreCalls by_anyone(5) from ${node}`);
    await room.quiet();
    expect(room.takeErrors().join()).toContain('checksum');
    expect(room.takeReports().join()).toContain('MoreCalls');
  });

  it('reports calls on nodes that the other side does not have', async () => {
    const { game, godot } = await room.meet(server);
    await room.run('game.get_node("Calls").free()');
    game.calls.rpc.by_anyone('lost');
    game.echo.rpcTo(godot).echo('end');
    await room.heard('node Echo echoed');
    expect(room.takeErrors().join()).toContain('Game/Calls');
  });

  it('drops calls on nodes that it does not have', async () => {
    const { game, node, godot } = await room.meet(server);
    game.tree.free(game.nodeOf(game.calls));
    await room.run(`${calls}.by_anyone.rpc("lost")\ngame.get_node("Echo").echo.rpc_id(${node}, "end")`);
    await room.heard('node Echo echo');
    expect(room.takeReports().join()).toContain('Game/Calls');
    expect(game.api.getDropped(godot)['unknown-path']).toBeGreaterThan(0);
  });
});

describe('calls on a line that keeps modes and channels', () => {
  const modes = [
    ['by_anyone', 2, 0],
    ['unreliable', 0, 0],
    ['unreliable_ordered', 1, 0],
    ['on_channel_4', 2, 4],
  ] as const;

  it.each(modes)('%s travels in mode %d on channel %d, as from Godot', async (method, mode, channel) => {
    const { game, peer } = await room.meetOnPair(2);
    const arrived: string[] = [];
    peer.onPacket = (packet) => arrived.push(packet);
    game.calls.rpc[method](1);
    await room.told(`Calls ${method}(1) from 2`);
    await room.run(`${calls}.${method}.rpc(1)`);
    await room.heard(`node Calls ${method}(1) from 1`);
    const ofCall = (packets: readonly string[]): string[] =>
      packets.filter((packet) => /^\d \d [02468a]0/.test(packet)).map((packet) => packet.slice(0, 3));
    expect(ofCall(peer.sent)).toEqual([`${mode} ${channel}`]);
    expect(ofCall(arrived)).toEqual([`${mode} ${channel}`]);
  });

  it('R-139 R-145 sends the bytes that Godot sends', async () => {
    const { game, peer } = await room.meetOnPair(2);
    const arrived: string[] = [];
    peer.onPacket = (packet) => arrived.push(packet);
    await room.quiet();
    peer.sent.length = arrived.length = 0;
    for (let i = 0; i < 2; i += 1) {
      game.calls.rpc.several(i, 'two', [3.5]);
      game.moreCalls.rpc.additional({ a: new Vector3(1, 2, 3) });
      await room.run(`${calls}.several.rpc(${i}, "two", [3.5])\n${moreCalls}.additional.rpc({"a": Vector3(1, 2, 3)})`);
      await room.quiet();
    }
    // The numbers of paths depend on what each side announced before; confirmations come when they come.
    const bare = (packets: readonly string[]): string[] =>
      packets
        .filter((packet) => !/^\d \d (?:02|06)/.test(packet))
        .map((packet) => packet.replace(/(?<=^2 0 01\w{66})\w\w/, '..').replace(/(?<=^2 0 00)\w\w/, '..'));
    expect(bare(peer.sent)).toEqual(bare(arrived));
    expect(bare(arrived).length).toBeGreaterThan(5);
  });
});
