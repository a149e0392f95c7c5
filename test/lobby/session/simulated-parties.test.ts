import type { LobbyError } from 'scenewire/lobby';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../support/seeded-random.js';
import { Party, type Player } from './support/party.js';

const RUNS = Number(process.env.SCENEWIRE_PARTIES ?? 200);
const MOST_PLAYERS = 8;
const EVENTS = 24;

interface Outcome {
  readonly ms: number;
  readonly retries: number;
}

/** Players come, leave, lose the lobby, the network and both, on bad lines; gives how long it took until all were connected. */
async function play(seed: number): Promise<Outcome> {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const party = new Party({
    seed,
    lobbyLatencyMs: 5 + below(200),
    conditions: {
      latencyMs: 5 + below(120),
      jitterMs: below(40),
      lossRate: random() * 0.1,
      reorderRate: random() * 0.1,
    },
  });
  const mode = seed % 2 === 0 ? 'mesh' : 'server';
  const host = party.add();
  const code = await party.during(host.session.host({ mode, canHost: true, migrates: mode === 'mesh' }));
  for (let event = 0; event < EVENTS; event += 1) {
    await happen(party, code, below, random());
    await party.pass(below(1500));
  }
  const ms = await party.until(() => isWhole(party.players, mode), 60_000);
  const retries = party.players.flatMap(({ log }) => log.filter((line) => line.startsWith('retried'))).length;
  expect([seed, party.errors]).toEqual([seed, []]);
  expect([seed, party.players.flatMap(({ log }) => log.filter((line) => line.startsWith('failed')))]).toEqual([
    seed,
    [],
  ]);
  party.end();
  return { ms, retries };
}

/** Until it works, or the player has gone. */
function enter(player: Player, code: string): void {
  player.session.join(code).catch(({ reason }: LobbyError) => {
    if (reason !== 'closed') enter(player, code);
  });
}

async function happen(party: Party, code: string, below: (count: number) => number, luck: number): Promise<void> {
  const { players } = party;
  if (luck < 0.5 || players.length === 1) {
    if (players.length >= MOST_PLAYERS) return;
    // Some leave while they are still coming in.
    enter(party.add(), code);
    return;
  }
  const guest = players[1 + below(players.length - 1)]!;
  if (luck < 0.7) {
    guest.session.close();
    players.splice(players.indexOf(guest), 1);
  } else if (luck < 0.9) {
    // Anybody's connection to the lobby, the host's as well.
    [...party.lobby.sockets][below(party.lobby.sockets.size)]?.drop();
  } else if (luck < 0.94) {
    party.network.setConditions({ partitioned: true });
    await party.pass(below(5000));
    party.network.setConditions({ partitioned: false });
  } else {
    party.lobby.isDown = true;
    party.lobby.dropAll();
    await party.pass(below(2000));
    party.lobby.isDown = false;
  }
}

/** Who is in the room reaches who else is in it, and nobody else. */
function isWhole(players: readonly Player[], mode: 'mesh' | 'server'): boolean {
  return players.every((player, at) => {
    const others = mode === 'server' && at > 0 ? [players[0]!] : players.filter((other) => other !== player);
    return player.id > 0 && player.peers.size === others.length && others.every(({ id }) => player.peers.has(id));
  });
}

describe('parties of up to eight, simulated', () => {
  const outcomes: Outcome[] = [];

  it.each(Array.from({ length: 10 }, (_, i) => i))(
    'players come and go, with loss and latency: in the end all who stay are connected, part %i',
    async (part) => {
      for (let run = 0; run < RUNS / 10; run += 1) outcomes.push(await play(part * 1000 + run + 1));
    },
    120_000,
  );

  afterAll(() => {
    const times = outcomes.map(({ ms }) => ms).sort((a, b) => a - b);
    const retries = outcomes.reduce((sum, outcome) => sum + outcome.retries, 0);
    console.log(
      `figure lobby-parties ${times.length} runs, whole after ${times.at(-1)} ms at most, ${retries} retries unseen`,
    );
  });
});
