import { WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configuration } from '../hostile/programs/handshake.js';
import type { Letter } from '../hostile/programs/mail.js';
import { Child, Programs } from '../hostile/support/programs.js';
import { leastOf } from '../support/rounds.js';

const PATIENCE_MS = 60_000;

let programs: Programs;
let program: string;
beforeAll(async () => {
  programs = new Programs();
  program = await programs.make('test/multiplayer/programs/client.ts');
});
afterAll(() => programs.remove());

/** A server here and a client in another process, connected; what happens to the client is noted with its time. */
class Game {
  readonly server = new WebRTCMultiplayerPeer();
  readonly seen: { readonly what: string; readonly at: number }[] = [];
  readonly #client: Child;
  readonly #frames: NodeJS.Timeout;

  private constructor(client: Child) {
    this.#client = client;
    const { server } = this;
    server.createServer();
    server.peer_connected.connect(() => this.#note('connected'));
    server.peer_unresponsive.connect(() => this.#note('unresponsive'));
    server.peer_responsive.connect(() => this.#note('responsive'));
    server.peer_disconnected.connect((_id, reason) => this.#note(reason));
    this.#frames = setInterval(() => {
      server.poll();
      server.flush();
    }, 16);
  }

  static async begin(): Promise<Game> {
    const client = new Child(program);
    await client.line('ready', PATIENCE_MS);
    const game = new Game(client);
    game.#connect();
    await client.line('connected', PATIENCE_MS);
    await game.until('connected');
    return game;
  }

  order(text: string): number {
    this.#client.say(text);
    return performance.now();
  }

  kill(): number {
    this.#client.kill();
    return performance.now();
  }

  /** When that was noted, from now on or before. */
  async until(what: string): Promise<number> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = this.seen.find((one) => one.what === what);
      if (found !== undefined) return found.at;
      if (performance.now() > deadline) throw new Error(`never ${what}: ${JSON.stringify(this.seen)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  end(): string[] {
    clearInterval(this.#frames);
    this.server.close();
    this.#client.kill();
    return this.seen.map(({ what }) => what);
  }

  #note(what: string): void {
    this.seen.push({ what, at: performance.now() });
  }

  #connect(): void {
    const connection = new WebRTCPeerConnection({ configuration });
    const post = (letter: Letter): void => this.#client.say(JSON.stringify(letter));
    connection.session_description_created.connect((type, sdp) => {
      connection.setLocalDescription(type, sdp);
      post({ kind: 'description', type, sdp });
    });
    connection.ice_candidate_created.connect((media, index, name) => post({ kind: 'candidate', media, index, name }));
    this.#client.onLine((line) => {
      if (!line.startsWith('mail ')) return;
      const letter = JSON.parse(line.slice('mail '.length)) as Letter;
      if (letter.kind === 'description') connection.setRemoteDescription(letter.type, letter.sdp);
      else connection.addIceCandidate(letter.media, letter.index, letter.name);
    });
    this.server.addPeer(connection, 7);
    connection.createOffer();
  }
}

/** A busy machine holds one of the two processes up now and then; what is wrong takes its time every time. */
const MAX_ROUNDS = 3;

/** How long after its end a killed client was called unresponsive, and gone. */
async function killOne(): Promise<{ unresponsive: number; gone: number }> {
  const game = await Game.begin();
  const killedAt = game.kill();
  const unresponsive = (await game.until('unresponsive')) - killedAt;
  const gone = (await game.until('timeout')) - killedAt;
  expect(game.end()).toEqual(['connected', 'unresponsive', 'timeout']);
  return { unresponsive, gone };
}

async function stallOne(): Promise<number> {
  const game = await Game.begin();
  const stalledAt = game.order('stall 6000');
  const back = (await game.until('responsive')) - stalledAt;
  game.order('leave');
  await game.until('left');
  expect(game.end()).toEqual(['connected', 'unresponsive', 'responsive', 'left']);
  return back;
}

async function sendAway(order: string): Promise<number> {
  const game = await Game.begin();
  const leftAt = game.order(order);
  const known = (await game.until('left')) - leftAt;
  expect(game.end()).toEqual(['connected', 'left']);
  return known;
}

describe.concurrent('[native] a client in another process', () => {
  test('that is killed is unresponsive within 3 s and gone after 10 s', async () => {
    let seen = await killOne();
    const isLate = (): boolean => seen.unresponsive >= 3000 || seen.gone >= 10_500;
    for (let round = 1; round < MAX_ROUNDS && isLate(); round += 1) seen = await killOne();
    expect(seen.unresponsive).toBeLessThan(3000);
    expect(seen.gone).toBeGreaterThan(9000);
    expect(seen.gone).toBeLessThan(10_500);
  });

  test('that stalls for 6 s comes back as responsive', async () => {
    expect(await leastOf(MAX_ROUNDS, 7000, stallOne)).toBeLessThan(7000);
  });

  test.for(['leave', 'close'])('that goes is known to have left within 250 ms: %s', async (order) => {
    expect(await leastOf(MAX_ROUNDS, 250, () => sendAway(order))).toBeLessThan(250);
  });
});
