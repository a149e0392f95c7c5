import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type SceneMultiplayer, WebRTCMultiplayerPeer } from 'scenewire';
import { createHeadless, type HeadlessNetwork } from 'scenewire/headless';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { Random } from '../../src/extension/loopback/random.js';
import { isNamespaced, launchChromium } from '../support/browsers.js';
import { type Mail, MailedConnection } from './programs/mailed-connection.js';
import { largestDifference, type MatrixSource, type Places, randomPlaces } from './programs/small-world/compare.js';
import { memoryEngine } from './programs/small-world/memory-engine.js';
import { OWNERS, THINGS, type Thing, WorldSide } from './programs/small-world/side.js';
import { type PageServer, servePage } from './support/page-server.js';

const CLIENTS = [2, 3, 4] as const;
/** For whoever wants to look at what was compared. */
const PICTURES = inRoot('.cache/pictures');
/** Pixels on an edge belong to either side of it, by the last bit of a number: so many of a shape's own. */
const EDGE_SHARE = 0.02;

/** Everything where a camera sees it from a good side. */
const POSED: Places = {
  arm: { position: [-2.4, 0.5, 0.5], quaternion: [0, Math.sin(0.4), 0, Math.cos(0.4)] },
  fore: { position: [0, 0.9, 0.9], quaternion: [Math.sin(-0.3), 0, 0, Math.cos(-0.3)] },
  hand: { position: [0, 0.4, 1.1], quaternion: [0, 0, Math.sin(0.5), Math.cos(0.5)], scale: [1, 1.4, 1] },
  tank: { position: [0.6, 0, 0], quaternion: [0, Math.sin(0.3), 0, Math.cos(0.3)], scale: [1, 1, 1] },
  turret: { quaternion: [0, Math.sin(-0.5), 0, Math.cos(-0.5)] },
  crate: { position: [2.9, 0.4, 1.5], quaternion: [0, Math.sin(0.2), 0, Math.cos(0.2)], scale: [1, 1, 1] },
  figure: { position: [-0.4, 0.2, 2.6], quaternion: [0, Math.sin(0.35), 0, Math.cos(0.35)], scale: [1, 1.1, 1] },
};

/** A Node process is the host, and one page holds three players, each with an engine that draws. */
class Game {
  readonly headless: HeadlessNetwork = createHeadless({ hz: 60 });
  readonly side = new WorldSide(memoryEngine(this.headless, () => {}));
  readonly #page: Page;
  readonly #mailed = CLIENTS.map(
    () => new MailedConnection(isNamespaced ? {} : { libdatachannel: { bindAddress: '127.0.0.1' } }),
  );

  constructor(page: Page) {
    this.#page = page;
    const peer = new WebRTCMultiplayerPeer();
    peer.createServer();
    (this.headless.multiplayer as SceneMultiplayer<never>).multiplayerPeer = peer;
    for (const [at, id] of CLIENTS.entries()) peer.addPeer((this.#mailed[at] as MailedConnection).connection, id);
  }

  async begin(): Promise<void> {
    await this.#page.evaluate('world.start()');
    for (const { connection } of this.#mailed) connection.createOffer();
    await this.until(async () => {
      const mail = JSON.stringify(this.#mailed.map((mailed) => mailed.take()));
      const answers = await this.#page.evaluate<Mail[][]>(`world.exchange(${mail})`);
      for (const [at, mailed] of this.#mailed.entries()) mailed.give(answers[at] ?? []);
      return this.headless.multiplayer.getPeers().length === CLIENTS.length;
    });
    this.side.spawner.add('crate');
    this.side.spawner.add('figure');
    await this.until(() => this.#page.evaluate<boolean>('world.isComplete()'));
  }

  /** Each moves what it has the say over. */
  async put(places: Places): Promise<void> {
    for (const thing of Object.keys(OWNERS) as Thing[]) {
      if (OWNERS[thing] === 1) this.side.put(thing, places[thing] ?? {});
    }
    await this.#page.evaluate(`world.put(${JSON.stringify(places)})`);
  }

  async differs(): Promise<{ difference: number; where: string }> {
    const matrices = Object.fromEntries(THINGS.map((thing) => [thing, this.side.matrixOf(thing)])) as unknown;
    const own = { name: 'headless', matrices: matrices as MatrixSource['matrices'] };
    return largestDifference([own, ...(await this.#page.evaluate<MatrixSource[]>('world.matrices()'))]);
  }

  /** The machine draws in software, and slowly: what is waited for is an event, not a time. */
  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + 60_000;
    while (!(await isSo())) {
      if (performance.now() > end) throw new Error(`Waited in vain for ${isSo}`);
      await new Promise((next) => setTimeout(next, 20));
    }
  }
}

describe('the small world in real pages, drawn by Babylon and by three, with a Node process as its host', () => {
  let browser: Browser;
  let server: PageServer;
  let game: Game;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    server = await servePage(resolve(import.meta.dirname, 'programs/small-world/page.ts'));
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(server.address);
    if (!isNamespaced) await page.evaluate('navigator.mediaDevices.getUserMedia({ audio: true })');
    game = new Game(page);
    await game.begin();
  }, 150_000);
  beforeEach(() => {
    errors.length = 0;
  });
  afterAll(async () => {
    game?.side.engine.close();
    await browser?.close();
    await server?.close();
  });

  it('has the same world matrices at all four, after random moves of each: within 1e-5', async () => {
    const random = new Random(23);
    for (let round = 0; round < 5; round += 1) {
      await game.put(randomPlaces(() => random.float()));
      let last = { difference: Number.NaN, where: '' };
      await game.until(async () => {
        last = await game.differs();
        return last.difference < 1e-5;
      });
      expect(last.difference).toBeLessThan(1e-5);
    }
    expect(errors).toEqual([]);
  }, 180_000);

  it('is drawn alike by Babylon, left-handed or right-handed, and by three, seen by the same camera', async () => {
    await game.put(POSED);
    await game.until(async () => (await game.differs()).difference < 1e-5);
    // What is seen was drawn in a later frame than what was read.
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(0))))');
    const compared = await page.evaluate<{ shown: number[]; different: number[] }[]>('world.compare()');
    const pictures = await page.evaluate<{ name: string; url: string }[]>('world.pictures()');
    mkdirSync(PICTURES, { recursive: true });
    for (const { name, url } of pictures) {
      writeFileSync(join(PICTURES, `small world, ${name}.png`), Buffer.from(url.split(',')[1] as string, 'base64'));
    }
    for (const { shown, different } of compared) {
      console.log(`pixels by colour: ${shown.join(' ')}, different: ${different.join(' ')}`);
      // All eight colours are there: nothing is hidden or missing.
      expect(Math.min(...shown)).toBeGreaterThan(200);
      for (const [color, count] of different.entries()) {
        expect([color, count / (shown[color] as number) < EDGE_SHARE]).toEqual([color, true]);
      }
    }
  }, 180_000);
});
