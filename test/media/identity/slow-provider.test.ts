import type { IdentityProvider } from 'scenewire';
import type { GameIdentity } from 'scenewire/identity';
import type { PeerFailure } from 'scenewire/lobby';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
// Loaded on demand, in real time: the clock of the party does not wait for it.
import '../../../src/extension/identity-desk.js';
import { Party, type Player } from '../../lobby/session/support/party.js';

const NEVER = Number.POSITIVE_INFINITY;

let party: Party;
let isOver = false;
beforeEach(() => {
  party = new Party();
  isOver = false;
});
afterEach(() => {
  isOver = true;
  party.end();
});

/** A provider that believes everything, and thinks for as long before it vouches for its own side, or for the other. */
function thinking([generateMs, validateMs]: readonly [vouchingMs: number, checkingMs: number]): GameIdentity {
  const after = async <T>(ms: number, result: T): Promise<T> => {
    const { clock } = party;
    const until = clock.now() + ms;
    while (clock.now() < until && !isOver) await new Promise(setImmediate);
    return result;
  };
  const provider: IdentityProvider = {
    domain: 'example.org',
    generateAssertion: (contents) => after(generateMs, JSON.stringify({ name: 'somebody', contents })),
    validateAssertion: (assertion) => after(validateMs, JSON.parse(assertion)),
  };
  return { policy: 'require', fingerprint: 'A'.repeat(43), providerFor: () => provider };
}

interface Met {
  readonly player: Player;
  /** Of single attempts. */
  readonly retries: PeerFailure[];
  readonly failures: PeerFailure[];
}

function add(identity: GameIdentity): Met {
  const player = party.add({ identity });
  const [retries, failures]: [PeerFailure[], PeerFailure[]] = [[], []];
  player.session.peer_retried.connect((_id, failure) => retries.push(failure));
  player.session.peer_failed.connect((_id, failure) => failures.push(failure));
  return { player, retries, failures };
}

async function meet(ofHost: GameIdentity, ofGuest: GameIdentity): Promise<[Met, Met]> {
  const [host, guest] = [add(ofHost), add(ofGuest)];
  const code = await party.during(host.player.session.host());
  await party.during(guest.player.session.join(code));
  return [host, guest];
}

describe('a provider of one of two players', () => {
  it.each([
    ['the host', 'vouching', [4500, 0], [0, 0]],
    ['the host', 'checking', [0, 4500], [0, 0]],
    ['the guest', 'vouching', [0, 0], [4500, 0]],
    ['the guest', 'checking', [0, 0], [0, 4500]],
    ['both', 'everything', [2500, 2500], [2500, 2500]],
  ] as const)(
    'of %s that takes its time for %s: they play, at the first attempt',
    async (_who, _what, ofHost, ofGuest) => {
      const both = await meet(thinking(ofHost), thinking(ofGuest));
      await party.until(() => both.every(({ player }) => player.peers.size === 1), 30_000);
      expect(both.flatMap(({ retries, failures }) => [...retries, ...failures])).toEqual([]);
    },
  );

  it.each([
    ['the host', 'vouches', [NEVER, 0]],
    ['the host', 'checks', [0, NEVER]],
    ['the guest', 'vouches', [NEVER, 0]],
    ['the guest', 'checks', [0, NEVER]],
  ] as const)('of %s that never %s: told as that, and as nothing of the networks', async (who, what, ofIt) => {
    const isHost = who === 'the host';
    const both = await meet(thinking(isHost ? ofIt : [0, 0]), thinking(isHost ? [0, 0] : ofIt));
    const [its, other] = isHost ? both : both.toReversed();
    await party.until(() => its!.failures.length + other!.failures.length > 1, 60_000);
    await party.pass(40_000);
    const reasonsOf = (failures: readonly PeerFailure[]): Set<string> =>
      new Set(failures.map(({ reason, identity }) => `${reason} ${identity ?? ''}`.trim()));
    expect(reasonsOf([...its!.retries, ...its!.failures])).toEqual(new Set(['identity_refused timeout']));
    // Who vouches for nobody has nothing to say about the other side.
    expect(reasonsOf(other!.failures)).toEqual(new Set([what === 'checks' ? 'not_accepted' : 'signaling_timeout']));
    expect(both.map(({ player }) => player.peers.size)).toEqual([0, 0]);
  });
});
