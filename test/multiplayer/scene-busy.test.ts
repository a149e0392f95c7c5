import { Err, MemoryNode } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { SceneRoom, type Side } from './support/scene-room.js';

recordErrors();
const bytes = (length: number, value = 1): Uint8Array => new Uint8Array(length).fill(value);

/** Until it is called, this side's transport takes nothing reliable for these peers. */
function keepBusy(side: Side, ...peers: number[]): () => void {
  return refuse(side, Err.ERR_BUSY, ...peers);
}

function refuse(side: Side, err: Err, ...peers: number[]): () => void {
  const { peer } = side;
  const put = peer.putPacket.bind(peer);
  const busy = new Set(peers);
  let target = 0;
  const setTarget = peer.setTargetPeer.bind(peer);
  peer.setTargetPeer = (id) => {
    target = id;
    setTarget(id);
  };
  peer.putPacket = (packet) => (peer.transferMode === 2 && busy.has(target) ? err : put(packet));
  return () => busy.clear();
}

describe('a peer that takes nothing reliable for now', () => {
  it('refuses what is meant for it alone with ERR_BUSY, and unreliable packets go on', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    keepBusy(server!, 2);
    expect(server!.api.sendBytes(bytes(1), 2)).toBe(Err.ERR_BUSY);
    expect(server!.sends(() => server!.api.sendBytes(bytes(1), 2, 0))).toEqual(['2: 0301']);
  });

  it('gets a broadcast later, in order, and the others now', () => {
    const room = new SceneRoom();
    const [server, two, three] = room.join([2, 3]);
    const release = keepBusy(server!, 2);
    for (const n of [1, 2]) expect(server!.api.sendBytes(bytes(1, n))).toBe(Err.OK);
    room.polls();
    expect([two!.news(), three!.news()]).toEqual([[], ['packet 01 from 1', 'packet 02 from 1']]);
    expect(server!.api.sendBytes(bytes(1, 3), 2)).toBe(Err.ERR_BUSY);
    release();
    // What waits leaves first.
    expect(server!.api.sendBytes(bytes(1, 3), 2)).toBe(Err.OK);
    room.polls(2);
    expect(two!.news()).toEqual(['packet 01 from 1', 'packet 02 from 1', 'packet 03 from 1']);
  });

  it('lets a broadcast reach nobody when too much waits for it', () => {
    const room = new SceneRoom();
    const [server, , three] = room.join([2, 3]);
    keepBusy(server!, 2);
    expect(server!.api.sendBytes(bytes(1 << 20))).toBe(Err.OK);
    expect(server!.api.sendBytes(bytes(1))).toBe(Err.ERR_BUSY);
    room.polls();
    expect(three!.news()).toHaveLength(1);
    expect(server!.api.getPeers()).toEqual([2, 3]);
  });

  it('still learns who comes and goes', () => {
    const room = new SceneRoom();
    const [server, two] = room.join([2, 3]);
    const release = keepBusy(server!, 2);
    server!.api.disconnectPeer(3);
    room.polls();
    expect(two!.news()).toEqual([]);
    release();
    room.polls(2);
    expect(two!.news()).toEqual(['disconnected 3 left']);
  });

  it('is put out when the server itself has more for it than can wait', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3]);
    keepBusy(server!, 2);
    server!.api.sendBytes(bytes(1 << 20));
    server!.api.disconnectPeer(3);
    server!.poll();
    expect(server!.news()).toEqual(['disconnected 2 timeout']);
  });

  it('stays when it is another client that floods it: that one goes', () => {
    const room = new SceneRoom();
    const [server, , three] = room.join([2, 3]);
    keepBusy(server!, 2);
    for (let n = 0; n < 20; n += 1) three!.api.sendBytes(bytes(100_000), 2);
    server!.poll();
    expect(server!.news()).toEqual(['disconnected 3 misbehaved']);
    expect(server!.api.getPeers()).toEqual([2]);
  });

  it('leaves nothing behind when it goes', () => {
    const room = new SceneRoom();
    const [server, two] = room.join([2]);
    const release = keepBusy(server!, 2);
    server!.api.sendBytes(bytes(1, 7));
    two!.peer.disconnectPeer(1);
    room.polls(2);
    release();
    two!.api.multiplayerPeer = room.hub.create(2, 'client', true);
    room.hub.link(1, 2);
    two!.news();
    room.polls(3);
    expect(two!.news()).toEqual(['connected to server', 'connected 1']);
  });

  it('gets a call to everybody later, with the path that it needs, and the others get it now', () => {
    const room = new SceneRoom();
    const [server, two, three] = room.join([2, 3]);
    const heard = [server!, two!, three!].map(({ tree, game }) => {
      const calls: string[] = [];
      tree.bind(game, { hello: (text: string) => calls.push(text) });
      tree.rpcConfig(game, 'hello', { rpc_mode: 1 });
      return calls;
    });
    const release = keepBusy(server!, 2);
    for (const text of ['one', 'two']) expect(server!.tree.rpc(server!.game, 'hello', text)).toBe(Err.OK);
    room.polls();
    expect(heard).toEqual([[], [], ['one', 'two']]);
    // What is for it alone would overtake them.
    expect(server!.tree.rpcId(server!.game, 2, 'hello', 'three')).toBe(Err.ERR_BUSY);
    release();
    room.polls(2);
    expect(heard[1]).toEqual(['one', 'two']);
  });

  it('a call to everybody reaches nobody when too much waits', () => {
    const room = new SceneRoom();
    const [server, , three] = room.join([2, 3]);
    server!.tree.rpcConfig(server!.game, 'set_name', { rpc_mode: 1 });
    keepBusy(server!, 2);
    server!.api.sendBytes(bytes(1 << 20));
    expect(server!.tree.rpc(server!.game, 'set_name', 'x')).toBe(Err.ERR_BUSY);
    room.polls();
    expect([three!.api.getDropped(1)['unknown-method'], server!.api.getPeers()]).toEqual([0, [2, 3]]);
  });

  it('is given up when it takes nothing for ten seconds', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3]);
    keepBusy(server!, 2);
    server!.api.sendBytes(bytes(1));
    room.clock.advance(9_999);
    server!.poll();
    expect(server!.news()).toEqual([]);
    room.clock.advance(1);
    server!.poll();
    expect(server!.news()).toEqual(['disconnected 2 timeout']);
  });

  it('also a full queue without a link is waited for, but not a packet that is too large', () => {
    const room = new SceneRoom();
    const [server, two] = room.join([2]);
    const release = refuse(server!, Err.ERR_OUT_OF_MEMORY, 2);
    expect(server!.api.sendBytes(bytes(100_000))).toBe(Err.ERR_OUT_OF_MEMORY);
    expect(server!.api.sendBytes(bytes(1, 5))).toBe(Err.OK);
    release();
    room.polls(2);
    expect(two!.news()).toEqual(['packet 05 from 1']);
  });

  it('nodes may come and go meanwhile', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    const node = new MemoryNode('Short');
    server!.tree.rpcConfig(node, 'set_name', { rpc_mode: 1 });
    server!.tree.addChild(server!.game, node);
    const release = keepBusy(server!, 2);
    expect(server!.tree.rpcId(node, 2, 'set_name', 'x')).toBe(Err.ERR_BUSY);
    server!.tree.free(node);
    release();
    room.polls();
    expect(server!.api.getPeers()).toEqual([2]);
  });
});
