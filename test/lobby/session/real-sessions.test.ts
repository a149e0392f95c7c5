import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type LobbyWorld, memoryWorld, worlds } from '../server/support/lobby-world.js';
import { GodotDemoServer } from '../support/godot-demo-server.js';
import { RealPlayer } from './support/real-player.js';

const PATIENT = { timeout: 30_000 };
let url = '';
let stop: () => Promise<void> = async () => {};
const players: RealPlayer[] = [];

function use(world: LobbyWorld): void {
  url = world.url();
  stop = () => world.close();
}

async function useDemo(variant: 'gdscript' | 'node'): Promise<GodotDemoServer> {
  const server = await GodotDemoServer.start(variant, { sealMs: 500 });
  url = server.url;
  stop = () => server.close();
  return server;
}

function add(): RealPlayer {
  const player = new RealPlayer(url);
  players.push(player);
  return player;
}

/** A host and guests, all of them in the game. */
async function gather(mode: 'mesh' | 'server', guests: number): Promise<RealPlayer[]> {
  const host = add();
  const code = await host.session.host({ mode });
  const all = [host.play()];
  for (let i = 0; i < guests; i += 1) {
    const guest = add();
    await guest.session.join(code);
    all.push(guest.play());
  }
  await expect.poll(() => all.every(({ multiplayer }) => multiplayer.getPeers().length === guests), PATIENT).toBe(true);
  return all;
}

afterEach(async () => {
  for (const player of players.splice(0)) player.end();
  await stop();
});

describe.each(worlds)('sessions of Node over real sockets, %s', (_name, makeWorld) => {
  it.each(['mesh', 'server'] as const)(
    'three meet and talk; one poll per frame is all that the game does (%s)',
    async (mode) => {
      use(await makeWorld());
      const all = (await gather(mode, 2)) as [RealPlayer, RealPlayer, RealPlayer];
      for (const player of all) player.say(`hello from ${player.id}`);
      for (const player of all) {
        for (const { id } of all.filter((other) => other !== player)) {
          await expect.poll(() => player.log, PATIENT).toContain(`${id} says hello from ${id}`);
        }
      }
      const [, b] = all;
      const { id } = b;
      b.end();
      await expect.poll(() => all[0].log, PATIENT).toContain(`disconnected ${id}`);
    },
  );
});

describe('sessions of Node', () => {
  it('a game that takes its time misses nothing', async () => {
    use(await memoryWorld());
    const [host, guest] = [add(), add()];
    const code = await host.session.host();
    await guest.session.join(code);
    const isUp = (): boolean => host.session.getPairing(guest.id)?.state === 'connected';
    await expect.poll(isUp, PATIENT).toBe(true);
    expect([host.log, guest.log]).toEqual([[], []]);
    for (const player of [host, guest]) player.play();
    await expect.poll(() => guest.log, PATIENT).toEqual(['connected to server', 'connected 1']);
    await expect.poll(() => host.log, PATIENT).toEqual([`connected ${guest.id}`]);
  });

  it('a program that closed its sessions ends by itself', async () => {
    use(await memoryWorld());
    const program = fileURLToPath(new URL('programs/two-players.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', program, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([output.trim(), code]).toEqual(['hello', 0]);
  });
});

describe.each(['gdscript', 'node'] as const)("sessions at Godot's demo server, the one of %s", (variant) => {
  it.each(['mesh', 'server'] as const)('three meet and talk (%s)', async (mode) => {
    const server = await useDemo(variant);
    const all = (await gather(mode, 2)) as [RealPlayer, RealPlayer, RealPlayer];
    for (const player of all) player.say(`hello from ${player.id}`);
    for (const player of all) {
      for (const { id } of all.filter((other) => other !== player)) {
        await expect.poll(() => player.log, PATIENT).toContain(`${id} says hello from ${id}`);
      }
    }
    expect(server.complaints).toEqual([]);
  });

  it('sealed, the lobby is left once everybody is connected, and the game goes on without it', async () => {
    const server = await useDemo(variant);
    const [host, guest] = (await gather('mesh', 1)) as [RealPlayer, RealPlayer];
    const { id } = guest;
    await host.session.seal();
    await expect.poll(() => server.sockets, PATIENT).toBe(0);
    await stop();
    stop = async () => {};
    guest.say('no lobby');
    await expect.poll(() => host.log, PATIENT).toContain(`${id} says no lobby`);
    expect(host.log).toContain('left seal_complete');
  });

  it('a lobby that is lost before the seal ends no game', async () => {
    const server = await useDemo(variant);
    const [host, guest] = (await gather('server', 1)) as [RealPlayer, RealPlayer];
    const { id } = guest;
    server.crash();
    await expect.poll(() => [host, guest].every(({ log }) => log.includes('left connection_lost')), PATIENT).toBe(true);
    guest.say('still here');
    await expect.poll(() => host.log, PATIENT).toContain(`${id} says still here`);
  });
});
