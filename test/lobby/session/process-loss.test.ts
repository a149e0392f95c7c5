import { afterEach, expect, it } from 'vitest';
import { LobbyProcess } from '../server/support/lobby-process.js';
import { RedisServer } from '../server/support/redis-server.js';
import { LoadBalancer } from './support/load-balancer.js';
import { RealPlayer } from './support/real-player.js';

const PATIENT = { timeout: 30_000 };
const WITHIN_MS = 5000;

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it('kill -9 of one of two processes: games do not notice, and all are back in the lobby within 5 s', async () => {
  const redis = await RedisServer.start();
  closers.push(() => redis.stop());
  const lobbies = await Promise.all([0, 1].map(() => LobbyProcess.start(['--redis', redis.url])));
  for (const lobby of lobbies) closers.push(() => lobby.kill());
  const balancer = await LoadBalancer.start(lobbies.map(({ port }) => port));
  closers.push(() => balancer.stop());
  const add = (): RealPlayer => {
    const player = new RealPlayer(balancer.url);
    closers.push(() => player.end());
    player.session.lobby_lost.connect(() => player.log.push('lobby lost'));
    player.session.lobby_restored.connect(() => player.log.push('lobby restored'));
    return player;
  };
  // By turns: two of them sit in one process, two in the other.
  const players = [add(), add(), add(), add()] as const;
  const [host, ...guests] = players;
  const code = await host.session.host({ mode: 'mesh' });
  host.play();
  for (const guest of guests) {
    await guest.session.join(code);
    guest.play();
  }
  await expect.poll(() => players.every(({ multiplayer }) => multiplayer.getPeers().length === 3), PATIENT).toBe(true);

  const killedAt = performance.now();
  await lobbies[0]!.kill();
  const count = (line: string): number => players.filter(({ log }) => log.includes(line)).length;
  await expect.poll(() => count('lobby lost'), PATIENT).toBe(2);
  for (const player of players) player.say(`still here, ${player.id}`);
  await expect.poll(() => count('lobby restored'), PATIENT).toBe(2);
  expect(performance.now() - killedAt).toBeLessThan(WITHIN_MS);
  for (const player of players) {
    for (const { id } of players.filter((other) => other !== player)) {
      await expect.poll(() => player.log, PATIENT).toContain(`${id} says still here, ${id}`);
    }
    expect(player.log.filter((line) => /^(disconnected|left|failed|server)/.test(line))).toEqual([]);
  }
  // Who comes now finds everybody, in the same room.
  const late = add();
  await late.session.join(code);
  late.play();
  await expect.poll(() => late.multiplayer.getPeers().length, PATIENT).toBe(4);
});
