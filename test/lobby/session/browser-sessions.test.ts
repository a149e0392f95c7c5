import { CompositeMultiplayerPeer, WebSocketMultiplayerPeer } from 'scenewire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LobbyServerOptions } from '../../../src/lobby-server.js';
import { type PageProgram, PagePrograms } from '../../support/page-programs.js';
import { type LobbyWorld, memoryWorld } from '../server/support/lobby-world.js';
import { TurnServer } from '../support/turn-server.js';
import type { PlayerPage } from './support/player-page.js';
import { RealPlayer } from './support/real-player.js';

/** The address of the test's own network; see scripts/lib/namespace.ts. */
const OWN_ADDRESS = '10.77.0.1';
const PATIENT = { timeout: 60_000, interval: 50 };
/** Browsers find no address without a network of their own. */
const isNamespaced = process.env.SCENEWIRE_NAMESPACE !== undefined;

let browsers: PagePrograms<PlayerPage>;
let world: LobbyWorld;
let node: RealPlayer | null = null;
const pages: PageProgram<PlayerPage>[] = [];

async function page(name: 'chromium' | 'firefox'): Promise<PageProgram<PlayerPage>> {
  const made = await browsers.open(name);
  pages.push(made);
  return made;
}

async function serve(options: LobbyServerOptions = {}): Promise<string> {
  world = await memoryWorld(options);
  return world.url();
}

/** Chromium, Firefox and Node in one room, each knowing both others in a mesh, and all of them talking. */
async function meet(
  url: string,
  mode: 'mesh' | 'server',
  policy: 'all' | 'relay',
): Promise<{ ids: number[]; routes: string[] }> {
  const configuration = { iceTransportPolicy: policy } as const;
  const [chromium, firefox] = [await page('chromium'), await page('firefox')];
  const code = await chromium.call('host', url, mode, { configuration });
  const firefoxId = await firefox.call('join', url, code, { configuration });
  node = new RealPlayer(url, { configuration });
  await node.session.join(code);
  const nodeLog: string[] = [];
  const { peer } = node.session;
  peer.peer_connected.connect((id) => nodeLog.push(`connected ${id}`));
  const frames = setInterval(() => {
    peer.poll();
    while (peer.getAvailablePacketCount() > 0) {
      nodeLog.push(`${peer.getPacketPeer()} says ${new TextDecoder().decode(peer.getPacket())}`);
    }
    peer.flush();
  }, 8);
  const ids = [1, firefoxId, node.id];
  const players = [
    { id: 1, log: () => chromium.call('log'), say: (text: string) => chromium.call('say', text) },
    { id: firefoxId, log: () => firefox.call('log'), say: (text: string) => firefox.call('say', text) },
    {
      id: node.id,
      log: async () => nodeLog,
      say: async (text: string) => peer.putPacket(new TextEncoder().encode(text)),
    },
  ];
  const peersOf = (id: number): number[] =>
    ids.filter((other) => other !== id && (mode === 'mesh' || id === 1 || other === 1));
  try {
    for (const { id, log } of players) {
      for (const other of peersOf(id)) await expect.poll(log, PATIENT).toContain(`connected ${other}`);
    }
    for (const { id, say } of players) await say(`I am ${id}`);
    for (const { id, log } of players) {
      for (const other of peersOf(id)) await expect.poll(log, PATIENT).toContain(`${other} says I am ${other}`);
    }
    return { ids, routes: await chromium.call('routes', [firefoxId, node.id]) };
  } finally {
    clearInterval(frames);
  }
}

describe.runIf(isNamespaced)('two browsers and a Node process', () => {
  beforeAll(async () => {
    browsers = await PagePrograms.start<PlayerPage>('test/lobby/session/support/player-page.ts');
  });
  afterEach(async () => {
    node?.end();
    node = null;
    for (const made of pages.splice(0)) await made.close();
    await world?.close();
  });
  afterAll(() => browsers.stop());

  it.each(['mesh', 'server'] as const)(
    'meet through the lobby and exchange packets (%s)',
    async (mode) => {
      const { ids } = await meet(await serve(), mode, 'all');
      expect(new Set(ids).size).toBe(3);
    },
    150_000,
  );

  it('by TURN alone, with credentials of the lobby that end by themselves', async () => {
    const turn = await TurnServer.start(OWN_ADDRESS);
    try {
      const url = await serve({ ice: { turn: { urls: [turn.url], secret: turn.secret, ttlMs: 60_000 } } });
      const { routes } = await meet(url, 'server', 'relay');
      expect(routes[0]).toBe('relay relay');
      expect(routes.every((route) => route.includes('relay'))).toBe(true);
    } finally {
      await turn.stop();
    }
  }, 150_000);

  it('with a wrong secret nobody gets through, and everybody is told why', async () => {
    const turn = await TurnServer.start(OWN_ADDRESS);
    try {
      const url = await serve({ ice: { turn: { urls: [turn.url], secret: 'another secret' } } });
      const configuration = { iceTransportPolicy: 'relay' } as const;
      node = new RealPlayer(url, { configuration, pairing: { connectMs: 4000, attemptMs: 1500 } });
      const code = await node.session.host();
      const chromium = await page('chromium');
      await chromium.call('join', url, code, { configuration, pairing: { connectMs: 4000, attemptMs: 1500 } });
      node.play();
      await expect.poll(() => node!.log.at(-1), PATIENT).toMatch(/^failed \d+ no_candidates$/);
    } finally {
      await turn.stop();
    }
  }, 150_000);

  it.each(['chromium', 'firefox'] as const)(
    '%s comes to its host by WebSocket where WebRTC finds no way',
    async (name) => {
      const url = await serve();
      const sockets = new WebSocketMultiplayerPeer();
      sockets.createServer(0);
      node = new RealPlayer(url);
      sockets.chooseId = node.session.chooseSocketId;
      const code = await node.session.host({ address: `ws://127.0.0.1:${sockets.getServerPort()}` });
      const both = new CompositeMultiplayerPeer();
      both.createServer([node.session.peer, sockets]);
      const log: string[] = [];
      both.peer_connected.connect((id) => log.push(`connected ${id}`));
      const frames = setInterval(() => {
        both.poll();
        while (both.getAvailablePacketCount() > 0) {
          log.push(`${both.getPacketPeer()} says ${new TextDecoder().decode(both.getPacket())}`);
        }
      }, 8);
      try {
        const guest = await page(name);
        // Without a TURN server that leaves nothing.
        const configuration = { iceTransportPolicy: 'relay' } as const;
        const id = await guest.call('join', url, code, { configuration, socketAfterMs: 500 });
        await expect.poll(() => guest.call('log'), PATIENT).toContain('connected 1');
        await guest.call('say', 'by WebSocket');
        await expect.poll(() => log, PATIENT).toEqual([`connected ${id}`, `${id} says by WebSocket`]);
      } finally {
        clearInterval(frames);
        both.close();
      }
    },
    150_000,
  );

  it.each(['chromium', 'firefox'] as const)(
    'two tabs of %s play without a server',
    async (name) => {
      world = await memoryWorld();
      const [host, guest] = [await page(name), await page(name)];
      const code = await host.call('host', `tabs-${name}`, 'server', {});
      const id = await guest.call('join', `tabs-${name}`, code, {});
      await expect.poll(() => guest.call('log'), PATIENT).toContain('connected 1');
      await guest.call('say', 'next door');
      await expect.poll(() => host.call('log'), PATIENT).toContain(`${id} says next door`);
    },
    150_000,
  );

  it.each([
    ['chromium', 'firefox'],
    ['firefox', 'chromium'],
  ] as const)(
    'by two texts, from %s to %s',
    async (from, to) => {
      world = await memoryWorld();
      const [host, guest] = [await page(from), await page(to)];
      const invite = await host.call('invite');
      const reply = await guest.call('accept', invite);
      const id = await host.call('complete', reply);
      await expect.poll(() => guest.call('log'), PATIENT).toContain('connected 1');
      await guest.call('say', 'no server');
      await expect.poll(() => host.call('log'), PATIENT).toContain(`${id} says no server`);
      console.log(`figure lobby-invite-${from} ${invite.length} characters, reply of ${to} ${reply.length}`);
      expect(Math.max(invite.length, reply.length)).toBeLessThan(2953);
    },
    150_000,
  );
});
