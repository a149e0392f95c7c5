import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { hex } from './support/hex.js';
import { SceneRoom, type Side } from './support/scene-room.js';

const errors = recordErrors();

/** As if these had been announced to this side. */
function announce(side: Side, features: Readonly<Record<number, readonly string[]>>): void {
  side.peer.getPeerFeatures = (peer) => features[peer] ?? [];
}

const text = (words: string): string => Buffer.from(words).toString('hex');

describe('features', () => {
  it('of a direct peer are what the transport was told', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3]);
    announce(server!, { 2: ['link1', 'rpc1'] });
    expect([server!.api.hasFeature(2, 'rpc1'), server!.api.hasFeature(2, 'rpc2')]).toEqual([true, false]);
    expect(server!.api.hasFeature(3, 'rpc1')).toBe(false);
  });

  it('of relayed peers are passed on by the server, among those that announced relay1', () => {
    const room = new SceneRoom();
    const [server, two, three, four] = room.join([2, 3, 4]);
    announce(server!, { 2: ['relay1', 'rpc1'], 3: ['relay1'], 4: ['rpc1'] });
    const sent = server!.sends(() => server!.poll());
    expect(sent).toEqual([`2: 078003000000${text('relay1')}`, `3: 078002000000${text('relay1 rpc1')}`]);
    room.polls();
    expect([two!.api.hasFeature(3, 'relay1'), two!.api.hasFeature(3, 'rpc1')]).toEqual([true, false]);
    expect(three!.api.hasFeature(2, 'rpc1')).toBe(true);
    // 4 would not know of them that they understand what it may say, so they must not say it to 4 either.
    expect([two!.api.hasFeature(4, 'rpc1'), four!.api.hasFeature(2, 'rpc1')]).toEqual([false, false]);
    expect(errors).toEqual([]);
  });

  it('are passed on once, and again for whoever comes later', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3]);
    announce(server!, { 2: ['relay1'], 3: ['relay1'], 4: ['relay1'] });
    server!.poll();
    expect(server!.sends(() => server!.poll())).toEqual([]);
    room.side(4);
    room.hub.link(1, 4);
    const told = server!.sends(() => server!.poll()).filter((packet) => packet.includes(' 0780'));
    expect(told.map((packet) => packet.slice(0, 15))).toEqual(
      ['2: 078004000000', '4: 078002000000', '3: 078004000000', '4: 078003000000'].map((packet) => packet.slice(0, 15)),
    );
  });

  it('follow the packet that tells of the peer', () => {
    const room = new SceneRoom();
    const server = room.side(1);
    announce(server, { 2: ['relay1'], 3: ['relay1'] });
    for (const id of [2, 3]) {
      room.side(id);
      room.hub.link(1, id);
    }
    server.poll();
    const toTwo = room.sent.filter(({ to }) => to === 2).map(({ bytes }) => hex(bytes).slice(0, 4));
    expect(toTwo).toEqual(['0701', '0780']);
  });

  it('are never told to Godot peers, nor is anything else', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3]);
    announce(server!, { 2: ['relay1', 'rpc1'] });
    expect(server!.sends(() => server!.poll())).toEqual([]);
  });

  it('are forgotten with their peer', () => {
    const room = new SceneRoom();
    const [, client] = room.join([2, 3]);
    client!.receive(1, `078003000000${text('rpc1')}`);
    expect(client!.api.hasFeature(3, 'rpc1')).toBe(true);
    client!.receive(1, '070203000000');
    client!.receive(1, '070103000000');
    expect(client!.api.hasFeature(3, 'rpc1')).toBe(false);
  });

  it('that are no words, too many or too long are not believed', () => {
    const room = new SceneRoom();
    const [, client] = room.join([2, 3]);
    const many = Array.from({ length: 40 }, (_, n) => `f${n}`).join(' ');
    client!.receive(1, `078003000000${text(`ok a=b ${'x'.repeat(40)} ö ${many}`)}`);
    expect([client!.api.hasFeature(3, 'ok'), client!.api.hasFeature(3, 'a=b')]).toEqual([true, false]);
    expect([client!.api.hasFeature(3, 'f30'), client!.api.hasFeature(3, 'f31')]).toEqual([true, false]);
    client!.receive(1, `078003000000${text('y'.repeat(1025))}`);
    expect(client!.api.getDropped(1).malformed).toBe(1);
  });
});
