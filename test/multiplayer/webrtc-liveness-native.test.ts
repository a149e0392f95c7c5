import { WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configuration } from '../hostile/programs/handshake.js';
import type { Letter } from '../hostile/programs/mail.js';
import { Child, Programs } from '../hostile/support/programs.js';

const PATIENCE_MS = 30_000;

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

describe.concurrent('[native] a client in another process', () => {
  test(
    'that is killed is unresponsive within 3 s and gone after 10 s',
    async () => {
      const game = await Game.begin();
      const killedAt = game.kill();
      expect((await game.until('unresponsive')) - killedAt).toBeLessThan(3000);
      const goneAfter = (await game.until('timeout')) - killedAt;
      expect(goneAfter).toBeGreaterThan(9000);
      expect(goneAfter).toBeLessThan(10_500);
      expect(game.end()).toEqual(['connected', 'unresponsive', 'timeout']);
    },
    PATIENCE_MS,
  );

  test(
    'that stalls for 6 s comes back as responsive',
    async () => {
      const game = await Game.begin();
      const stalledAt = game.order('stall 6000');
      expect((await game.until('responsive')) - stalledAt).toBeLessThan(7000);
      game.order('leave');
      await game.until('left');
      expect(game.end()).toEqual(['connected', 'unresponsive', 'responsive', 'left']);
    },
    PATIENCE_MS,
  );

  test.for(['leave', 'close'])(
    'that goes is known to have left within 250 ms: %s',
    { timeout: PATIENCE_MS },
    async (order) => {
      const game = await Game.begin();
      const leftAt = game.order(order);
      expect((await game.until('left')) - leftAt).toBeLessThan(250);
      expect(game.end()).toEqual(['connected', 'left']);
    },
  );
});
