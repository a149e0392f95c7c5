import { setErrorHandler } from 'scenewire';
import { memoryStore, type PlayerIdentity, type PlayerIdentityOptions, playerOf } from 'scenewire/identity';
import type { LobbySessionOptions } from 'scenewire/lobby';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LobbyWorld, memoryWorld } from '../../lobby/server/support/lobby-world.js';
import { RealPlayer } from '../../lobby/session/support/real-player.js';
import { TestAccounts } from './support/account-server.js';
import { LyingLobby } from './support/lying-lobby.js';
import { player } from './support/meeting.js';
import { replaying } from './support/replay.js';

const PATIENT = { timeout: 30_000, interval: 20 };
let world: LobbyWorld;
let lobby: LyingLobby;
const players: RealPlayer[] = [];

const add = (identity?: PlayerIdentity, options: LobbySessionOptions = {}): RealPlayer => {
  const made = new RealPlayer(lobby.url, { ...options, identity });
  players.push(made);
  return made;
};
/** A host who speaks first, and a guest: both play. */
async function meet(
  ofHost?: PlayerIdentity,
  ofGuest?: PlayerIdentity,
  invited = false,
): Promise<[RealPlayer, RealPlayer]> {
  const [host, guest] = [add(ofHost), add(ofGuest)];
  const code = await host.session.host();
  host.play();
  await guest.session.join(invited ? host.session.invitation : code);
  guest.play();
  return [host, guest];
}
const refusals = ({ log }: RealPlayer): string[] => log.filter((line) => line.startsWith('refused'));

beforeEach(async () => {
  setErrorHandler(() => {});
  world = await memoryWorld();
  lobby = await LyingLobby.before(world.url());
});
afterEach(async () => {
  for (const made of players.splice(0)) made.end();
  await lobby.close();
  await world.close();
  setErrorHandler(null);
});
const watch = (...all: RealPlayer[]): void => {
  for (const { session, log } of all) {
    session.peer_failed.connect((_id, { reason, identity }) => log.push(`refused ${reason} ${identity}`));
  }
};

describe('a lobby that sits in the middle of two players', () => {
  it('reads and carries what players say who do not look', async () => {
    const [host, guest] = await meet();
    await expect.poll(() => guest.log, PATIENT).toContain('connected 1');
    await expect.poll(() => host.log, PATIENT).toContain(`connected ${guest.id}`);
    guest.say('a secret');
    await expect.poll(() => host.log, PATIENT).toContain(`${guest.id} says a secret`);
    expect(lobby.overheard.some((text) => text.includes('a secret'))).toBe(true);
  });

  it.each([
    ['forwards', 'fingerprint_mismatch'],
    ['strips', 'missing'],
  ] as const)('and %s their assertions is refused as %s, before anybody has said anything', async (lie, reason) => {
    lobby.lie = lie;
    const [ann, bob] = [await player({ name: 'Ann' }), await player({ name: 'Bob' })];
    const [host, guest] = await meet(ann, bob);
    watch(host, guest);
    await expect
      .poll(() => [...refusals(host), ...refusals(guest)], PATIENT)
      .toContain(`refused identity_refused ${reason}`);
    expect([...host.log, ...guest.log].filter((line) => line.startsWith('connected'))).toEqual([]);
    expect(lobby.overheard).toEqual([]);
  });

  it.each([
    ['an invitation', 'wrong_key'],
    ['a token', 'unknown_key'],
    ['an earlier meeting', 'key_changed'],
  ] as const)('with a key of its own is refused where %s vouches for the other: %s', async (what, reason) => {
    const accounts = new TestAccounts();
    const server = accounts.server;
    const eve = await player({ name: 'Ann' });
    lobby.lie = 'signs';
    const [store, keys] = [memoryStore(), memoryStore()];
    const { fingerprint } = await player({ store: keys });
    const token = accounts.token('ann', fingerprint);
    const ann = await player({ store: keys, name: 'Ann', ...(what === 'a token' && { token, accounts: server }) });
    const bob = await player({ store, name: 'Bob', ...(what === 'a token' && { accounts: server }) });
    if (what === 'an earlier meeting') {
      lobby.honest = true;
      const [host, guest] = await meet(ann, bob);
      await expect.poll(() => guest.log, PATIENT).toContain('connected 1');
      for (const made of [host, guest]) made.end();
      lobby.honest = false;
    }
    // The room is only known when there is one.
    let room = '';
    lobby.provider = ({ self, peer }) => eve.providerFor({ room, self, peer });
    const [host, guest] = [add(ann), add(bob)];
    watch(host, guest);
    room = await host.session.host();
    host.play();
    await guest.session.join(what === 'an invitation' ? host.session.invitation : room);
    guest.play();
    await expect.poll(() => refusals(guest), PATIENT).toContain(`refused identity_refused ${reason}`);
    expect(guest.log.filter((line) => line === 'connected 1')).toEqual([]);
    expect(guest.multiplayer.getPeerIdentity(1)).toBe(null);
  });

  it('with a key of its own gets in where nobody vouches for anybody: the first use is not proof', async () => {
    const eve = await player();
    lobby.lie = 'signs';
    let room = '';
    lobby.provider = ({ self, peer }) => eve.providerFor({ room, self, peer });
    const [host, guest] = [add(await player()), add(await player())];
    room = await host.session.host();
    host.play();
    await guest.session.join(room);
    guest.play();
    await expect.poll(() => guest.log, PATIENT).toContain('connected 1');
    expect(playerOf(guest.multiplayer.getPeerIdentity(1))).toEqual({ by: 'first-use', key: eve.fingerprint });
  });
});

describe('a lobby that only passes on', () => {
  it.each(['offer', 'answer'] as const)('an old %s instead of a new one: refused as replayed', async (kind) => {
    lobby.honest = true;
    lobby.edits = replaying(kind);
    // The first answer never comes, so that there is a second attempt.
    const pairing = { signalMs: 500 };
    const [host, guest] = [add(await player(), { pairing }), add(await player(), { pairing })];
    watch(host, guest);
    const code = await host.session.host();
    host.play();
    await guest.session.join(code);
    guest.play();
    await expect
      .poll(() => [...refusals(host), ...refusals(guest)], PATIENT)
      .toContain('refused identity_refused replayed');
  });

  it.each([
    [6, 'not_yet_valid'],
    [8, 'expired'],
  ])('between players whose clocks are %d minutes apart: refused as %s', async (minutes, reason) => {
    lobby.honest = true;
    const [ann, bob] = [await player({ now: () => Date.now() + minutes * 60_000 }), await player()];
    const [host, guest] = await meet(ann, bob);
    watch(host, guest);
    await expect.poll(() => [...refusals(host), ...refusals(guest)].join(), PATIENT).toContain(reason);
  });

  it.each([5, -5])('between players whose clocks are %d minutes apart: they play', async (minutes) => {
    lobby.honest = true;
    const [ann, bob] = [await player({ now: () => Date.now() + minutes * 60_000 }), await player()];
    const [host, guest] = await meet(ann, bob, true);
    await expect.poll(() => guest.log, PATIENT).toContain('connected 1');
    expect(playerOf(guest.multiplayer.getPeerIdentity(1))).toMatchObject({ by: 'invitation', key: ann.fingerprint });
    await expect.poll(() => host.log, PATIENT).toContain(`connected ${guest.id}`);
    expect(playerOf(host.multiplayer.getPeerIdentity(guest.id))).toMatchObject({ key: bob.fingerprint });
  });
});

describe('a peer that proves nothing, as Godot peers do', () => {
  const meetsUnknown = async (options: PlayerIdentityOptions, invited = false): Promise<[RealPlayer, RealPlayer]> => {
    lobby.honest = true;
    const [host, guest] = [add(), add(await player(options))];
    watch(guest);
    const code = await host.session.host();
    host.play();
    await guest.session.join(invited ? `${code}#${'A'.repeat(43)}` : code);
    guest.play();
    return [host, guest];
  };

  it('is let in by the policy `prefer`, and is nobody', async () => {
    const [, guest] = await meetsUnknown({ policy: 'prefer' });
    await expect.poll(() => guest.log, PATIENT).toContain('connected 1');
    expect(guest.multiplayer.getPeerIdentity(1)).toBe(null);
  });

  it.each(['require', 'first-use'] as const)('is refused by `%s`, as missing, and hears that', async (policy) => {
    const [host, guest] = await meetsUnknown({ policy });
    watch(host);
    await expect.poll(() => refusals(guest), PATIENT).toContain('refused identity_refused missing');
    await expect.poll(() => refusals(host), PATIENT).toEqual(['refused not_accepted undefined']);
    expect(refusals(guest)).toHaveLength(1);
    expect(guest.log).toContain('connection failed');
  });

  it('is refused by `prefer` too where an invitation names a key', async () => {
    const [, guest] = await meetsUnknown({ policy: 'prefer' }, true);
    await expect.poll(() => refusals(guest), PATIENT).toContain('refused identity_refused missing');
  });
});

describe('a session', () => {
  it('hands the proven identity to an authCallback, on both sides', async () => {
    lobby.honest = true;
    const [ann, bob] = [await player({ name: 'Ann' }), await player({ name: 'Bob' })];
    const [host, guest] = [add(ann), add(bob)];
    const seen: string[] = [];
    for (const { multiplayer } of [host, guest]) {
      multiplayer.authCallback = () => {};
      multiplayer.peer_authenticating.connect((id) => {
        const { name, key } = playerOf(multiplayer.getPeerIdentity(id)) ?? {};
        seen.push(`${name} ${key}`);
        if (name === 'Ann' || name === 'Bob') multiplayer.completeAuth(id);
      });
    }
    const code = await host.session.host();
    host.play();
    await guest.session.join(code);
    guest.play();
    await expect.poll(() => [host.log.length, guest.log.length].every((count) => count > 0), PATIENT).toBe(true);
    expect(seen.sort()).toEqual([`Ann ${ann.fingerprint}`, `Bob ${bob.fingerprint}`]);
  });

  it('has no identities of those who are reached through the server: it is the server that is believed', async () => {
    lobby.honest = true;
    const [host, guest] = await meet(await player(), await player());
    const other = add(await player());
    await other.session.join(host.session.code);
    other.play();
    await expect.poll(() => guest.log, PATIENT).toContain(`connected ${other.id}`);
    await expect.poll(() => other.log, PATIENT).toContain(`connected ${guest.id}`);
    expect(guest.multiplayer.getPeerIdentity(other.id)).toBe(null);
    expect(other.multiplayer.getPeerIdentity(guest.id)).toBe(null);
    for (const id of [guest.id, other.id]) expect(playerOf(host.multiplayer.getPeerIdentity(id))?.by).toBe('first-use');
  });

  it('tells when the own account server gives no token', async () => {
    lobby.honest = true;
    const token = (): Promise<string> => Promise.reject(new Error('offline'));
    const pairing = { connectMs: 1000, pauseMs: 50 };
    const [host, guest] = [add(await player()), add(await player({ token }), { pairing })];
    watch(guest);
    const code = await host.session.host();
    host.play();
    await guest.session.join(code);
    guest.play();
    await expect.poll(() => refusals(guest), PATIENT).toContain('refused identity_refused failed');
  });

  it('gives invitations with the key of the host, which guests pass on', async () => {
    lobby.honest = true;
    const ann = await player();
    const [host, guest] = await meet(ann, await player(), true);
    expect(host.session.invitation).toBe(`${host.session.code}#${ann.fingerprint}`);
    expect(guest.session.invitation).toBe(host.session.invitation);
    expect(add().session.invitation).toBe('');
  });

  it('takes no half invitation, and none with a key that it cannot check', async () => {
    const { session } = add();
    await expect(session.join('BCDFG#half')).rejects.toMatchObject({ reason: 'invalid' });
    await expect(session.join(`BCDFG#${'A'.repeat(43)}`)).rejects.toMatchObject({ reason: 'no_identity' });
  });
});
