import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type PageProgram, PagePrograms } from '../support/page-programs.js';
import type { GamePage } from './support/game-page.js';
import { CHANNELS, type Mode, openLobbyRoom } from './support/lobby-room.js';

const PATIENT = { timeout: 60_000, interval: 50 };

const lobby = openLobbyRoom();
const { room } = lobby;
let browsers: PagePrograms<GamePage>;
const pages: PageProgram<GamePage>[] = [];

/** One of those in the room. */
interface Player {
  readonly name: string;
  readonly id: number;
  log(): Promise<readonly string[]>;
  call(what: string): unknown;
}

beforeAll(async () => {
  browsers = await PagePrograms.start<GamePage>('test/godot-webrtc/support/game-page.ts');
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close();
});
afterAll(() => browsers.stop());

async function enterPage(name: 'chromium' | 'firefox', code: string): Promise<Player> {
  const page = await browsers.open(name);
  pages.push(page);
  const id = await page.call('join', lobby.url, code, CHANNELS);
  return { name, id, log: () => page.call('log'), call: (what) => page.call('call', 'by_anyone', what) };
}

async function enterGodot(code: string, mode: Mode, godot = room.godot): Promise<Player & { code: string }> {
  const entered = await lobby.enterGodot(code, mode, godot);
  const call = (what: string): unknown => godot.run(`game.get_node("Calls").by_anyone.rpc("${what}")`);
  return { ...entered, name: 'Godot', log: async () => godot.log, call };
}

async function enterNode(code: string, mode: Mode): Promise<Player & { code: string }> {
  const player = await lobby.enterNode(code, mode);
  const log = async (): Promise<string[]> => room.log.map((line) => line.replace('node ', ''));
  return { name: 'Node', id: player.id, code: player.code, log, call: (what) => player.game.calls.rpc.by_anyone(what) };
}

it.each([
  ['mesh', 'godot'],
  ['server', 'godot'],
  ['mesh', 'node'],
  ['server', 'node'],
] as const)(
  'two Godots, Node, Chromium and Firefox in one room (%s) that %s has made hear each other; where one serves, it passes on what is for others',
  async (mode, host) => {
    await lobby.serve();
    const other = await room.another();
    const first = host === 'godot' ? await enterGodot('', mode) : await enterNode('', mode);
    const { code } = first;
    const second = host === 'godot' ? await enterNode(code, mode) : await enterGodot(code, mode);
    const players: Player[] = [
      first,
      second,
      await enterGodot(code, mode, other),
      await enterPage('chromium', code),
      await enterPage('firefox', code),
    ];
    const hears = (player: Player, line: string): Promise<void> =>
      expect
        .poll(
          room.framed(() => player.log()),
          PATIENT,
        )
        .toContain(line);
    for (const player of players) {
      for (const { id } of players) if (id !== player.id) await hears(player, `peer_connected ${id}`);
    }
    for (const player of players) await player.call(`I am ${player.name}`);
    for (const player of players) {
      for (const { name, id } of players) {
        if (id !== player.id) await hears(player, `Calls by_anyone("I am ${name}") from ${id}`);
      }
    }
  },
  150_000,
);
