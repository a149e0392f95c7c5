import { broadcastLobby } from 'scenewire/lobby';
import { afterEach, describe, expect, it } from 'vitest';
import { RealPlayer } from '../session/support/real-player.js';
import { Diary, reasonOf } from './support/clients.js';

let tests = 0;
let channel = '';
const diaries: Diary[] = [];
const players: RealPlayer[] = [];

/** Another page of the same origin. */
function visit(): Diary {
  const diary = new Diary(broadcastLobby(channel));
  diaries.push(diary);
  return diary;
}

afterEach(() => {
  for (const { client } of diaries.splice(0)) client.close();
  for (const player of players.splice(0)) player.end();
});

describe('a lobby without a server', () => {
  it('rooms by code, members, metadata, messages', async () => {
    channel = `test ${++tests}`;
    const [host, guest, other] = [visit(), visit(), visit()];
    const { name } = await host.client.create({ mode: 'mesh', meta: { map: 'isle' }, member: { name: 'Ann' } });
    expect(name).toMatch(/^[2-9B-Z]{6}$/);
    const room = await guest.client.join(` ${name.slice(0, 3).toLowerCase()}-${name.slice(3).toLowerCase()}`);
    expect(room).toMatchObject({ name, mode: 'mesh', meta: { map: 'isle' } });
    expect(guest.client.members.get(1)).toMatchObject({ meta: { name: 'Ann' }, isPeer: true });
    await other.client.join(name);
    await guest.until(`peer_connected ${other.client.id}`);
    guest.client.sendOffer(1, 'v=0', 513);
    expect(await host.until('offer_received')).toBe(`offer_received ${guest.client.id} v=0 513`);
    await guest.client.setMember({ name: 'Bob' });
    await host.until('member_changed');
    await host.client.setRoom({ meta: { map: 'moon' } });
    await other.until('room_changed');
    const { id } = other.client;
    other.client.close();
    await host.until(`peer_disconnected ${id} left`);
    expect(host.client.members.size).toBe(1);
  });

  it('clients of a client/server room are members to each other', async () => {
    channel = `test ${++tests}`;
    const [host, b, c] = [visit(), visit(), visit()];
    const { name } = await host.client.create();
    await b.client.join(name);
    await c.client.join(name);
    await b.until(`member_changed ${c.client.id}`);
    expect([b.client.members.get(c.client.id)?.isPeer, c.client.members.get(1)?.isPeer]).toEqual([false, true]);
  });

  it('what is refused, and what is the host’s', async () => {
    channel = `test ${++tests}`;
    const [host, guest, third] = [visit(), visit(), visit()];
    expect(await reasonOf(guest.client.join('NOWHERE'))).toBe('room_not_found');
    const { name } = await host.client.create({ name: 'mine', password: 'right', maxMembers: 2 });
    expect(name).toBe('mine');
    expect(await reasonOf(guest.client.create({ name: 'mine' }))).toBe('name_taken');
    expect(await reasonOf(guest.client.join(name, { password: 'wrong' }))).toBe('wrong_password');
    await guest.client.join(name, { password: 'right' });
    expect(await reasonOf(third.client.join(name, { password: 'right' }))).toBe('room_full');
    expect(await reasonOf(guest.client.seal())).toBe('not_host');
    await host.client.seal();
    await guest.until('lobby_sealed');
    await host.client.kick(guest.client.id, 'out');
    await guest.until('lobby_left kicked out');
    expect(await reasonOf(guest.client.join(name, { password: 'right' }))).toBe('room_sealed');
    await host.client.unseal();
    await guest.client.join(name, { password: 'right' });
    host.client.close();
    await guest.until('lobby_left host_left');
  });

  it('lists public rooms of other pages, and makes the room that there is not', async () => {
    channel = `test ${++tests}`;
    const [a, b, c] = [visit(), visit(), visit()];
    await a.client.create({ public: true, meta: { level: 1 } });
    await b.client.join('meeting', { create: { public: true, meta: { level: 2 } } });
    expect(await c.client.list({ where: { level: 2 } })).toMatchObject({
      total: 2,
      rooms: [{ name: 'meeting', members: 1 }],
    });
    await c.client.join('meeting', { create: {} });
    expect([b.client.id, c.client.id > 1]).toEqual([1, true]);
  });

  it('a session on it: two players of one screen are connected', async () => {
    channel = `test ${++tests}`;
    const [host, guest] = [new RealPlayer(broadcastLobby(channel)), new RealPlayer(broadcastLobby(channel))];
    players.push(host, guest);
    const code = await host.session.host();
    host.play();
    await guest.session.join(code);
    guest.play();
    await expect.poll(() => guest.log, { timeout: 30_000 }).toContain('connected to server');
    guest.say('no server at all');
    await expect.poll(() => host.log, { timeout: 30_000 }).toContain(`${guest.id} says no server at all`);
  });
});
