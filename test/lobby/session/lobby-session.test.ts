import { CompositeMultiplayerPeer, ConnectionStatus } from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonOf } from '../client/support/clients.js';
import { Party, type Player } from './support/party.js';

let party: Party;
beforeEach(() => {
  party = new Party();
});
afterEach(() => {
  party.end();
});

const without = (log: readonly string[], ...beginnings: string[]): string[] =>
  log.filter((line) => !beginnings.some((beginning) => line.startsWith(beginning)));

/** Pulls the cable between two players, or all. */
const partition = (partitioned: boolean): void => party.network.setConditions({ partitioned });

describe('a session', () => {
  it('with a host: everybody reaches the host, and the host everybody', async () => {
    const [host, b, c] = (await party.gather('server', 2)) as [Player, Player, Player];
    expect([host.session.peer.getUniqueId(), host.session.peer.isServer(), host.session.isHost]).toEqual([
      1,
      true,
      true,
    ]);
    expect([b.session.peer.getUniqueId(), c.session.peer.getUniqueId()]).toEqual([b.id, c.id]);
    host.say('welcome');
    b.say('thanks');
    await party.until(() => b.log.includes('packet 1 welcome') && c.log.includes('packet 1 welcome'));
    await party.until(() => host.log.includes(`packet ${b.id} thanks`));
    expect(party.errors).toEqual([]);
  });

  it('as a mesh: everybody reaches everybody, and the one with the larger id offers', async () => {
    const all = await party.gather('mesh', 3);
    for (const player of all) player.say(`I am ${player.id}`);
    for (const player of all) {
      const others = all.filter((other) => other !== player);
      await party.until(() => others.every(({ id }) => player.log.includes(`packet ${id} I am ${id}`)));
      for (const other of others) {
        expect(player.session.getPairing(other.id)?.isOfferer).toBe(player.id > other.id);
        expect(player.session.getPairing(other.id)?.connection?.getRemoteDescription()?.type).toBe(
          player.id > other.id ? 'answer' : 'offer',
        );
      }
    }
    expect(party.errors).toEqual([]);
  });

  it('nobody is in the game before it polls: no signal is missed, however late it listens', async () => {
    const host = party.add();
    const code = await party.during(host.session.host());
    const { session } = party.add();
    party.players.pop();
    const joined = session.join(code);
    for (let i = 0; i < 100; i += 1) {
      await party.step();
      // As the session does by itself while nobody polls.
      session.getPairing(1)?.connection?.poll();
      session.beforePoll();
    }
    await joined;
    const heard: number[] = [];
    session.peer.peer_connected.connect((id) => heard.push(id));
    expect(session.peer.getConnectionStatus()).toBe(ConnectionStatus.CONNECTION_CONNECTING);
    session.poll();
    expect(heard).toEqual([1]);
    session.close();
  });

  it('a member that leaves is gone from the game, with the reason that its connection gave', async () => {
    const [host, b, c] = (await party.gather('mesh', 2)) as [Player, Player, Player];
    const { id } = c;
    c.session.close();
    await party.until(() => !host.peers.has(id) && !b.peers.has(id));
    expect(host.log).toContain(`disconnected ${id} left`);
    await party.pass(3000);
    expect([host.peers.size, b.peers.size, party.errors]).toEqual([1, 1, []]);
  });

  it('the game ends by closing the peer, and the room is left with it', async () => {
    const [host, b] = (await party.gather('server', 1)) as [Player, Player];
    b.session.peer.close();
    await party.until(() => host.peers.size === 0);
    await party.until(() => host.session.members.size === 0);
    expect([b.session.code, b.session.lobby.isOpen]).toEqual(['', false]);
  });

  it('a member that is put out is out of the game as well, and hears why', async () => {
    const [host, b, c] = (await party.gather('mesh', 2)) as [Player, Player, Player];
    const { id } = b;
    await party.during(host.session.kick(id, 'cheats'));
    await party.until(() => b.log.includes('left kicked cheats'));
    await party.until(() => !host.peers.has(id) && !c.peers.has(id));
    expect(b.session.peer.getConnectionStatus()).toBe(ConnectionStatus.CONNECTION_DISCONNECTED);
    await party.pass(1000);
    expect([host.peers.size, c.peers.size, b.session.code]).toEqual([1, 1, '']);
  });

  it('leaves one room and joins another: a new peer, and nothing of the old game', async () => {
    const [host, b] = (await party.gather('mesh', 1)) as [Player, Player];
    const other = party.add();
    const code = await party.during(other.session.host({ mode: 'mesh' }));
    const old = b.session.peer;
    await party.during(Promise.all([b.session.leave(), b.session.join(code)]));
    expect(b.session.peer).not.toBe(old);
    await party.until(() => other.peers.has(b.id) && b.peers.has(1));
    await party.until(() => host.peers.size === 0);
    expect(party.errors).toEqual([]);
  });

  it('seal: nobody else comes in, and what runs goes on', async () => {
    const [host, b] = (await party.gather('server', 1)) as [Player, Player];
    await party.during(host.session.seal());
    const late = party.add();
    expect(await party.during(reasonOf(late.session.join(host.session.code)))).toBe('room_sealed');
    b.say('still here');
    await party.until(() => host.log.includes(`packet ${b.id} still here`));
    await party.during(host.session.unseal());
    await party.during(late.session.join(host.session.code));
    await party.until(() => host.peers.size === 2);
  });

  it('with closeAfterSeal the lobby is left when all are connected, and the game goes on', async () => {
    const [host, b] = (await party.gather('server', 1, { closeAfterSeal: true })) as [Player, Player];
    const { id } = b;
    await party.during(host.session.seal());
    await party.until(() => host.log.includes('left seal_complete') && b.log.includes('left seal_complete'));
    expect(party.lobby.sockets.size).toBe(0);
    b.say('on our own');
    await party.until(() => host.log.includes(`packet ${id} on our own`));
    await party.pass(40_000);
    expect([host.peers.size, b.peers.size]).toEqual([1, 1]);
  });

  it('idle: after it is connected, at most one message in 30 s', async () => {
    const [host, b] = (await party.gather('server', 1)) as [Player, Player];
    await party.pass(1000);
    const { metrics } = party.lobby.lobby.services;
    const count = (): number => metrics.total('messages_received_total');
    const before = count();
    await party.pass(60_000);
    expect(count() - before).toBeLessThanOrEqual(4);
    expect([host.peers.size, b.peers.size]).toEqual([1, 1]);
  });
});

describe('a session whose lobby comes and goes', () => {
  it('the game does not notice; who joins afterwards finds everybody', async () => {
    const [host, b] = (await party.gather('mesh', 1)) as [Player, Player];
    party.lobby.isDown = true;
    party.lobby.dropAll();
    await party.until(() => host.log.includes('lobby lost') && b.log.includes('lobby lost'));
    b.say('hello');
    await party.until(() => host.log.includes(`packet ${b.id} hello`));
    await party.pass(8000);
    party.lobby.isDown = false;
    const back = await party.until(() => host.log.includes('lobby restored') && b.log.includes('lobby restored'));
    expect(back).toBeLessThanOrEqual(5000);
    const late = party.add();
    await party.during(late.session.join(host.session.code));
    await party.until(() => late.peers.size === 2 && host.peers.size === 2 && b.peers.size === 2);
    expect([...without(host.log, 'connected', 'packet', 'lobby'), ...party.errors]).toEqual([]);
  });

  it('the seat is lost for good: the game goes on, and the player is told', async () => {
    const [host, b] = (await party.gather('mesh', 1)) as [Player, Player];
    const { id } = b;
    party.lobby.isDown = true;
    party.lobby.dropAll();
    await party.pass(70_000);
    expect(host.log.filter((line) => line.startsWith('left'))).toEqual(['left connection_lost']);
    b.say('hello');
    await party.until(() => host.log.includes(`packet ${id} hello`));
    expect([host.peers.size, b.peers.size]).toEqual([1, 1]);
  });

  it('the lobby forgets the room: the game goes on, and its server opens the room again under the same code', async () => {
    const [host, b] = (await party.gather('server', 1)) as [Player, Player];
    const { id } = b;
    const { code } = host.session;
    await party.during(host.session.lobby.setRoom({ meta: { map: 'moon' }, public: true }));
    expect(await party.during(reasonOf(host.session.reopen()))).toBe('not_host');
    party.lobby.restart();
    await party.until(() => [host, b].every(({ log }) => log.includes('left seat_lost The seat is gone')));
    expect([host.session.code, host.peers.has(id)]).toEqual(['', true]);
    expect(await party.during(reasonOf(b.session.reopen()))).toBe('not_host');
    expect(await party.during(host.session.reopen())).toBe(code);
    expect(host.session.lobby.room).toMatchObject({ meta: { map: 'moon' }, public: true, mode: 'server' });
    const late = party.add();
    await party.during(late.session.join(code));
    await party.until(() => late.peers.has(1) && host.peers.size === 2);
    for (const player of [late, b]) player.say(`hello from ${player.session.peer.getUniqueId()}`);
    await party.until(() => host.log.includes(`packet ${late.id} hello from ${late.id}`));
    await party.until(() => host.log.includes(`packet ${id} hello from ${id}`));
    expect(without(host.log, 'connected', 'packet', 'lobby', 'left')).toEqual([]);
    // Once more, and the code is somebody else's by then.
    party.lobby.restart();
    const thief = party.add();
    await party.during(thief.session.host({ name: code }));
    await party.until(() => host.session.code === '');
    const other = await party.during(host.session.reopen());
    expect(other).not.toBe(code);
    expect([host.peers.size, party.errors]).toEqual([2, []]);
  });

  it('lost while connecting: it goes on where it stood, and nobody waits too long', async () => {
    party.lobby.latencyMs = 100;
    const host = party.add();
    const code = await party.during(host.session.host({ mode: 'mesh' }));
    const b = party.add();
    await party.during(b.session.join(code));
    party.lobby.dropAll();
    await party.until(() => host.peers.size === 1 && b.peers.size === 1);
    expect([
      ...without(host.log, 'connected', 'lobby'),
      ...without(b.log, 'connected', 'lobby'),
      ...party.errors,
    ]).toEqual([]);
  });

  it('a peer that is away is waited for, longer than any attempt may take', async () => {
    const host = party.add();
    const code = await party.during(host.session.host({ mode: 'mesh' }));
    const b = party.add();
    await party.during(b.session.join(code));
    // Out of reach before a single message arrived.
    [...party.lobby.sockets].find(({ seat }) => seat?.id === b.id)?.drop();
    party.players.splice(party.players.indexOf(b), 1);
    await party.pass(20_000);
    expect([host.log, host.session.members.get(b.id)?.away]).toEqual([[], true]);
    party.players.push(b);
    await party.until(() => host.peers.size === 1 && b.peers.size === 1);
  });

  it('a page that is loaded again takes its seat, with the same id, and is in the game again', async () => {
    const [host, b, c] = (await party.gather('mesh', 2, { keepSeat: true })) as [Player, Player, Player];
    for (const player of [b, c]) {
      const { id } = player;
      const ticket = player.session.lobby.ticket!;
      player.session.peer.close();
      // The browser closes the socket with the page.
      [...party.lobby.sockets].find(({ seat }) => seat?.id === id)?.drop();
      party.players.splice(party.players.indexOf(player), 1);
      await party.until(() => !host.peers.has(id));
      const again = party.add({ keepSeat: true });
      await party.during(again.session.resume(ticket));
      expect(again.id).toBe(id);
      await party.until(() => again.peers.size === 2 && host.peers.has(id));
    }
    expect(party.errors).toEqual([]);
  });
});

describe('a session whose connections fail', () => {
  it('a peer that was lost is connected to again, as long as the lobby has it', async () => {
    const [host, b] = (await party.gather('mesh', 1)) as [Player, Player];
    partition(true);
    await party.until(() => host.peers.size === 0 && b.peers.size === 0, 30_000);
    await party.pass(2000);
    partition(false);
    await party.until(() => host.peers.size === 1 && b.peers.size === 1, 30_000);
    expect(host.log).toContain(`disconnected ${b.id} timeout`);
    expect(party.errors).toEqual([]);
  });

  it.each([
    ['', undefined],
    [', also where there is a second way', 'ws://127.0.0.1:1'],
  ])('a client that lost its server is its client again, after the game was told%s', async (_also, address) => {
    const [host, b] = [party.add(), party.add({ acceptsAddress: () => true })];
    const code = await party.during(host.session.host(address === undefined ? {} : { address }));
    await party.during(b.session.join(code));
    expect(b.session.peer instanceof CompositeMultiplayerPeer).toBe(address !== undefined);
    await party.until(() => b.peers.size === 1 && host.peers.size === 1);
    const states: number[] = [];
    const watch = (): boolean => {
      const state = b.session.peer.getConnectionStatus();
      if (state !== states.at(-1)) states.push(state);
      return states.length > 4;
    };
    watch();
    partition(true);
    await party.until(() => watch() || b.peers.size === 0, 30_000);
    partition(false);
    await party.until(() => watch() || (b.peers.size === 1 && host.peers.size === 1), 30_000);
    watch();
    expect(states).toEqual([2, 0, 1, 2]);
    expect(party.errors).toEqual([]);
  });

  it.each([
    ['wss://game.example.org', true],
    ['ws://192.168.1.1', false],
    ['https://game.example.org', false],
  ])('a host that says %s is followed there by who does not know better: %s', async (address, isFollowed) => {
    const [host, b] = [party.add(), party.add()];
    const code = await party.during(host.session.host({ address }));
    await party.during(b.session.join(code));
    expect(b.session.peer instanceof CompositeMultiplayerPeer).toBe(isFollowed);
  });

  it('without reconnects it is not', async () => {
    const [host, b] = (await party.gather('mesh', 1, { reconnects: false })) as [Player, Player];
    partition(true);
    await party.until(() => host.peers.size === 0 && b.peers.size === 0, 30_000);
    partition(false);
    await party.pass(20_000);
    expect([host.peers.size, b.peers.size]).toEqual([0, 0]);
  });

  it('nobody is connected to again who was put out of the game here', async () => {
    const [host, b] = (await party.gather('mesh', 1)) as [Player, Player];
    host.session.peer.disconnectPeer(b.id);
    await party.until(() => host.peers.size === 0 && b.peers.size === 0);
    b.session.retry(1);
    await party.pass(16_000);
    expect([host.peers.size, b.peers.size]).toEqual([0, 0]);
    expect(b.log.at(-1)).toBe('failed 1 signaling_timeout');
  });

  it('refuseNewConnections makes newcomers wait', async () => {
    const host = party.add();
    const code = await party.during(host.session.host());
    host.session.peer.refuseNewConnections = true;
    const b = party.add();
    await party.during(b.session.join(code));
    await party.pass(4000);
    expect([host.peers.size, b.peers.size, party.errors]).toEqual([0, 0, []]);
    host.session.peer.refuseNewConnections = false;
    await party.until(() => host.peers.size === 1 && b.peers.size === 1);
  });

  it('everything fails: each peer is told of with a reason, within 15 s, and a client reads DISCONNECTED', async () => {
    partition(true);
    const host = party.add();
    const code = await party.during(host.session.host());
    const b = party.add();
    await party.during(b.session.join(code));
    const passed = await party.until(() => host.log.some((line) => line.startsWith('failed')), 16_000);
    expect(passed).toBeLessThanOrEqual(15_000);
    await party.until(() => b.log.includes('failed 1 ice_failed_no_turn'), 1000);
    expect(host.log.at(-1)).toBe(`failed ${b.id} ice_failed_no_turn`);
    expect(b.session.peer.getConnectionStatus()).toBe(ConnectionStatus.CONNECTION_DISCONNECTED);
    expect([b.peers.size, b.log.includes('disconnected'), party.errors]).toEqual([0, false, []]);
    partition(false);
    b.session.retry(1);
    await party.until(() => b.peers.size === 1 && host.peers.size === 1);
  });

  it('a member that leaves before it is connected is no failure for a host, and one for a client', async () => {
    partition(true);
    const host = party.add();
    const code = await party.during(host.session.host({ migrates: false }));
    const [b, c] = [party.add(), party.add()];
    await party.during(b.session.join(code));
    await party.during(c.session.join(code));
    c.session.close();
    await party.pass(1000);
    expect(without(host.log, 'retried')).toEqual([]);
    host.session.close();
    await party.until(() => b.log.includes('left host_left'));
    expect(b.log).toContain('failed 1 left');
    expect(b.isConnected).toBe(false);
  });
});

describe('a room whose host goes', () => {
  it('as a mesh plays on', async () => {
    const [host, b, c] = (await party.gather('mesh', 2)) as [Player, Player, Player];
    const { id } = b;
    host.session.close();
    await party.until(() => c.log.includes(`host ${id}`) && b.log.includes(`host ${id}`));
    await party.until(() => b.peers.size === 1 && c.peers.size === 1);
    b.say('go on');
    await party.until(() => c.log.includes(`packet ${id} go on`));
    expect(b.session.isHost).toBe(true);
  });

  it('as client and server plays on where everybody follows the new host, which is 1 then', async () => {
    const [host, b, c, d] = (await party.gather('server', 3)) as [Player, Player, Player, Player];
    for (const { session } of [b, c, d]) session.host_changed.connect(() => session.followHost());
    host.session.close();
    await party.until(() => b.peers.size === 2 && c.peers.has(1) && d.peers.has(1));
    expect([b.session.peer.getUniqueId(), c.session.peer.getUniqueId()]).toEqual([1, c.id]);
    b.say('I am the host');
    await party.until(() => c.log.includes('packet 1 I am the host') && d.log.includes('packet 1 I am the host'));
    const late = party.add();
    await party.during(late.session.join(b.session.code));
    await party.until(() => late.peers.has(1) && b.peers.has(late.id));
    expect(party.errors).toEqual([]);
  });
});

describe('a session that is closed', () => {
  it('join and close, 1000 times in one turn: one connection, one seat, one peer (users 29)', async () => {
    const host = party.add();
    const code = await party.during(host.session.host({ mode: 'mesh' }));
    const b = party.add();
    for (let i = 0; i < 1000; i += 1) {
      b.session.join(code).catch(() => {});
      b.session.close();
    }
    await party.during(b.session.join(code));
    await party.until(() => host.peers.size === 1);
    expect([party.lobby.sockets.size, host.session.members.size, party.errors]).toEqual([2, 1, []]);
  });

  it('at any step of joining: no signal comes after it, and nothing is left', async () => {
    const host = party.add();
    const code = await party.during(host.session.host({ mode: 'mesh' }));
    for (let steps = 0; steps < 16; steps += 1) {
      const b = party.add();
      b.session.join(code).catch(() => {});
      for (let i = 0; i < steps; i += 1) await party.step();
      const heard = b.log.length;
      b.session.close();
      b.session.close();
      await party.pass(500);
      expect([b.log.length, b.session.peer.getConnectionStatus(), b.session.lobby.isQuiet]).toEqual([heard, 0, true]);
    }
    await party.until(() => host.peers.size === 0 && host.session.members.size === 0);
    expect([party.lobby.sockets.size, party.errors]).toEqual([1, []]);
  });

  it('in a listener of anything', async () => {
    for (const signal of ['peer_connected', 'lobby_joined', 'connected', 'peer_disconnected'] as const) {
      const [host, b] = (await party.gather('mesh', 1)) as [Player, Player];
      const code = host.session.code;
      const c = party.add();
      c.session.lobby.connect(signal, () => c.session.close());
      c.session.join(code).catch(() => {});
      await party.pass(300);
      b.session.close();
      await party.pass(500);
      expect([c.session.lobby.isQuiet, c.session.code]).toEqual([true, '']);
      host.session.close();
    }
    expect(party.errors).toEqual([]);
  });
});
