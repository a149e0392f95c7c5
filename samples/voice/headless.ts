/**
 * Three who walk about, in one process with a lobby: `node --import tsx samples/voice/headless.ts`. Without a page there is no
 * sound; it says who would hear whom. It ends by itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryNode, Vector3 } from 'scenewire';
import { createHeadless, type HeadlessNetwork } from 'scenewire/headless';
import { LobbySession } from 'scenewire/lobby';
import { LobbyServer } from 'scenewire/lobby-server';
import { Courtyard, isWallBetween } from './sim.js';

const GIVE_UP_AFTER_MS = 30_000;
// All of them are in this process, so nothing has to leave the machine.
const configuration = { libdatachannel: { bindAddress: '127.0.0.1' } };

class Walker extends MemoryNode {
  readonly position = new Vector3();
}

class Player {
  readonly net: HeadlessNetwork = createHeadless({ hz: 60 });
  readonly courtyard = new Courtyard<Walker>(this.net.tree as never, { makeNode: (name) => new Walker(name) });
  readonly session: LobbySession;

  constructor(lobby: string) {
    this.session = new LobbySession(lobby, { configuration });
  }

  async enter(): Promise<void> {
    await this.session.join('courtyard', { create: { mode: 'mesh' } });
    this.net.multiplayer.multiplayerPeer = this.session.peer;
    this.courtyard.open();
  }

  leave(): void {
    this.net.detach();
    this.session.close();
  }
}

const lobby = new LobbyServer({ port: 0, host: '127.0.0.1', log: () => {} });
const address = await lobby.listen();
const players = [1, 2, 3].map(() => new Player(`ws://127.0.0.1:${address?.port}`)) as [Player, Player, Player];
const startedAt = performance.now();

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    if (performance.now() - startedAt > GIVE_UP_AFTER_MS) throw new Error(`never came true: ${condition}`);
    await sleep(16);
  }
}

try {
  for (const player of players) await player.enter();
  await until(() => players.every(({ courtyard }) => courtyard.walkers.size === 3));
  const [first, second] = players;
  const me = first.courtyard;
  // Up against the wall in the middle, then along it.
  me.wish.z = -1;
  await until(() => (me.mine?.position.z ?? 9) < 0.8);
  const seen = (): Walker | undefined => second.courtyard.walkers.get(me.me);
  await until(() => Math.abs((seen()?.position.z ?? 9) - (me.mine?.position.z ?? 0)) < 0.1);
  console.log(`walked to ${me.mine?.position.z.toFixed(1)}, and is seen there`);
  const here = me.mine?.position ?? { x: 0, z: 0 };
  const behindTheWall = { x: here.x, z: -3 };
  console.log(`a voice from behind the wall is muffled: ${isWallBetween(behindTheWall, here)}`);
  players[2].leave();
  await until(() => me.walkers.size === 2 && second.courtyard.walkers.size === 2);
  console.log('one left, two are here');
} finally {
  for (const player of players) player.leave();
  await lobby.close();
}
