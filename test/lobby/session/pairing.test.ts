import type { WebRTCPeerConnectionExtension } from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { AttemptCounter, AttemptFilter } from '../../../src/lobby/session/attempt-number.js';
import { seededRandom } from '../support/seeded-random.js';
import { Party, type Player } from './support/party.js';

const { OFFER, ANSWER, CANDIDATE } = MessageType;
const CANDIDATE_TEXT = 'candidate:1 1 UDP 2130706431 192.0.2.7 9 typ host';
const GARBAGE = ['', 'v=0', 'v=0\r\nm=application 9 x\r\n', '\u0000', 'x'.repeat(70_000), '{"type":"offer"}'];

let party: Party;
beforeEach(() => {
  party = new Party();
});
afterEach(() => party.end());

const typeOf = (frame: string): number => (JSON.parse(frame) as { type: number }).type;
const isSignalling = (frame: string): boolean => [OFFER, ANSWER, CANDIDATE].includes(typeOf(frame) as typeof OFFER);

/** The network's back end, but that the first connections fail at that step. */
function failing(times: number, how: 'offer' | 'answer' | 'state'): new () => WebRTCPeerConnectionExtension {
  let left = times;
  const Base = party.network.Extension as new () => WebRTCPeerConnectionExtension;
  return class extends Base {
    readonly #fails = left-- > 0;

    override _poll(): void {
      if (this.#fails && how === 'state') this.sink.connectionStateChanged(4);
      super._poll();
    }

    override _createOffer(...args: Parameters<WebRTCPeerConnectionExtension['_createOffer']>): 0 | 1 {
      return this.#fails && how === 'offer' ? 1 : (super._createOffer(...args) as 0 | 1);
    }

    override _setRemoteDescription(...args: Parameters<WebRTCPeerConnectionExtension['_setRemoteDescription']>): 0 | 1 {
      return this.#fails && how === 'answer' ? 1 : (super._setRemoteDescription(...args) as 0 | 1);
    }
  };
}

describe('numbers of attempts', () => {
  it('count up within a life, and are never zero', () => {
    const counter = new AttemptCounter(5);
    const numbers = Array.from({ length: 600 }, () => counter.next());
    expect(numbers.slice(0, 2)).toEqual([5 * 256 + 1, 5 * 256 + 2]);
    expect(numbers.every((number) => number > 0 && number <= 0x7fffffff)).toBe(true);
    for (let i = 0; i < 1000; i += 1) expect(new AttemptCounter().next()).toBeLessThanOrEqual(0x7fffffff);
  });

  it('what is older is told from what is newer, also across lives', () => {
    const filter = new AttemptFilter();
    const [before, after] = [new AttemptCounter(9), new AttemptCounter(4)];
    const first = before.next();
    const second = before.next();
    filter.take(first);
    expect([filter.isNewer(first), filter.isNewer(second), filter.isNewer(after.next())]).toEqual([false, true, true]);
    filter.take(after.next());
    expect([filter.isNewer(second), filter.isNewer(after.next())]).toEqual([false, true]);
  });
});

describe('a pairing', () => {
  it.each(['offer', 'answer', 'state'] as const)(
    'whose first attempts fail (%s): the game hears of the one that works, and of nothing else',
    async (how) => {
      for (const mode of ['mesh', 'server'] as const) {
        for (const who of ['host', 'guest'] as const) {
          const extension = failing(2, how);
          const host = party.add(who === 'host' ? { extension } : {});
          const code = await party.during(host.session.host({ mode }));
          const guest = party.add(who === 'guest' ? { extension } : {});
          await party.during(guest.session.join(code));
          const states = new Set<number>();
          await party.until(() => {
            states.add(guest.session.peer.getConnectionStatus());
            return host.peers.size === 1 && guest.peers.size === 1;
          });
          expect([...states].includes(0)).toBe(false);
          const heard = [...host.log, ...guest.log].filter((line) => !line.startsWith('connected'));
          const isFelt = how !== 'offer' || who === (host.id > guest.id ? 'host' : 'guest');
          if (isFelt) expect(heard.length).toBeGreaterThan(0);
          expect(heard.every((line) => line.startsWith('retried'))).toBe(true);
          for (const { session } of [host, guest]) session.close();
          party.players.length = 0;
        }
      }
    },
  );

  it('signalling that is late, out of order, doubled, or lost and sent again: all connect, nobody twice (users 25)', async () => {
    const random = seededRandom(4711);
    const late = (): number => random() * 3000;
    party.lobby.lateness = (frame) => {
      if (!isSignalling(frame)) return [0];
      const luck = random();
      if (luck < 0.1) return [1000 + late()];
      return luck < 0.3 ? [late(), late()] : [late()];
    };
    let slowest = 0;
    for (let round = 0; round < 40; round += 1) {
      const host = party.add();
      const code = await party.during(host.session.host({ mode: 'mesh' }));
      const guests = Array.from({ length: 5 }, () => party.add());
      for (const { session } of guests) await party.during(session.join(code));
      const all = [host, ...guests];
      slowest = Math.max(slowest, await party.until(() => all.every(({ peers }) => peers.size === 5), 30_000));
      for (const player of all) {
        expect(player.log.filter((line) => !/^(connected|retried)/.test(line))).toEqual([]);
        player.session.close();
      }
      party.players.length = 0;
    }
    console.log(`figure lobby-shuffled-connect-max ${slowest} ms of 600 connections`);
    expect(party.errors).toEqual([]);
  }, 120_000);

  it('what a hostile member sends is dropped and counted, costs few connections, and disturbs nobody', async () => {
    const [host, good] = (await party.gather('mesh', 1)) as [Player, Player];
    const evil = party.add({ extension: failing(Number.POSITIVE_INFINITY, 'state') });
    await party.during(evil.session.join(host.session.code));
    party.players.splice(party.players.indexOf(evil), 1);
    const random = seededRandom(99);
    const { lobby } = evil.session;
    for (let i = 0; i < 3000; i += 1) {
      const to = random() < 0.5 ? 1 : good.id;
      const text = GARBAGE[Math.floor(random() * GARBAGE.length)]!;
      const attempt = Math.floor(random() * 0x7fffffff);
      const kind = Math.floor(random() * 4);
      if (kind === 0) lobby.sendOffer(to, text, attempt);
      else if (kind === 1) lobby.sendAnswer(to, text, attempt);
      else lobby.sendCandidate(to, '0', 0, kind === 2 ? CANDIDATE_TEXT : `${text}?`, attempt);
      if (i % 20 === 0) {
        lobby.poll();
        await party.step();
      }
    }
    await party.pass(16_000);
    for (const player of [host, good]) {
      const pairing = player.session.getPairing(evil.id);
      expect(pairing?.dropped).toBeGreaterThan(100);
      expect(pairing?.isAdmitted).toBe(false);
    }
    good.say('undisturbed');
    await party.until(() => host.log.includes(`packet ${good.id} undisturbed`));
    expect(host.peers.size).toBe(1);
    evil.session.close();
  });

  it('offers are only taken from the larger id, and attempts of the past are not', async () => {
    const [host, guest] = (await party.gather('mesh', 1)) as [Player, Player];
    const { connection } = host.session.getPairing(guest.id)!;
    host.session.lobby.sendOffer(guest.id, 'v=0 from the smaller id', 77);
    guest.session.lobby.sendOffer(1, connection!.getRemoteDescription()!.sdp, guest.session.getPairing(1)!.attempt);
    await party.pass(500);
    expect(host.session.getPairing(guest.id)?.connection).toBe(connection);
    expect([host.session.getPairing(guest.id)?.dropped, guest.session.getPairing(1)?.dropped]).toEqual([1, 1]);
    expect([host.peers.size, guest.peers.size]).toEqual([1, 1]);
  });
});
