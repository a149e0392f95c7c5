import {
  Err,
  type MultiplayerPeer,
  setErrorHandler,
  WebSocketMultiplayerPeer,
  type WebSocketMultiplayerPeerOptions,
} from 'scenewire';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { GodotProcess } from './godot-process.js';
import { NodeGame } from './node-game.js';
import { PairPeer } from './pair-peer.js';

/** How long something may take that is bound to happen, on a busy machine. */
const PATIENCE_MS = 30_000;
/** A frame on this side; Godot's takes 8 ms. */
const FRAME_MS = 4;
/** How many frames pass on both sides before something counts as not happening. */
const QUIET_FRAMES = 8;

/** Of logs, what fits on a screen is shown. */
const LINES_SHOWN = 20;
const LINE_CHARS = 200;

const tail = (lines: readonly string[]): string =>
  lines
    .slice(-LINES_SHOWN)
    .map((line) => line.slice(0, LINE_CHARS))
    .join(' | ') || 'nothing';

const nextFrame = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, FRAME_MS));

/** A Godot and peers of this process, on the loopback address. */
export class GodotRoom {
  /** Signals and packets of the peers here, "node peer_connected 7" and "node packet 7 0301". */
  readonly log: string[] = [];
  /** The games of this side. */
  readonly games: NodeGame[] = [];
  readonly #godots: GodotProcess[] = [];
  readonly #urls = new Map<NodeGame, string>();
  readonly #polled = new Set<() => void>();
  readonly #ends: (() => void)[] = [];
  readonly #reports: string[] = [];
  #staged = 0;

  /** The first Godot. */
  get godot(): GodotProcess {
    return this.#godots[0]!;
  }

  /** Those that take part in this test. */
  get godots(): readonly GodotProcess[] {
    return this.#godots.slice(0, this.#staged + 1);
  }

  /** Godot's code and its value, as text. */
  run(code: string): Promise<string> {
    return this.godot.run(code);
  }

  /** Another Godot besides the first, with a fresh game. */
  async another(): Promise<GodotProcess> {
    this.#staged += 1;
    this.#godots[this.#staged] ??= await GodotProcess.start();
    const godot = this.#godots[this.#staged]!;
    await stage(godot);
    return godot;
  }

  /** Ends another Godot as the system would. */
  async kill(godot: GodotProcess): Promise<void> {
    this.#godots.splice(this.#godots.indexOf(godot), 1);
    this.#staged -= 1;
    await godot.kill();
  }

  /** A peer of ours, polled from now on; what it reads goes to the log. */
  makePeer(name: string, options: WebSocketMultiplayerPeerOptions = {}): WebSocketMultiplayerPeer {
    const peer = new WebSocketMultiplayerPeer(options);
    this.addPeer(name, peer);
    return peer;
  }

  addPeer(name: string, peer: MultiplayerPeer): void {
    peer.peer_connected.connect((id) => this.log.push(`${name} peer_connected ${id}`));
    peer.peer_disconnected.connect((id, reason) => this.log.push(`${name} peer_disconnected ${id} ${reason}`));
    this.#ends.push(() => peer.close());
    this.eachFrame(() => {
      peer.poll();
      while (peer.getAvailablePacketCount() > 0) {
        const from = peer.getPacketPeer();
        this.log.push(`${name} packet ${from} ${Buffer.from(peer.getPacket()).toString('hex')}`);
      }
    });
  }

  /** A server of ours and the Godot that has joined it, with its id. */
  async hostGodot(
    options: WebSocketMultiplayerPeerOptions = {},
  ): Promise<{ peer: WebSocketMultiplayerPeer; id: number }> {
    const peer = this.makePeer('node', options);
    peer.createServer(0);
    await this.run(`control.join("ws://127.0.0.1:${peer.getServerPort()}")`);
    await this.told('connected_to_server');
    const line = await this.heard(/^node peer_connected \d+$/);
    return { peer, id: Number(line.split(' ').at(-1)) };
  }

  /** A client of ours at a Godot that serves, and its id. */
  async joinGodot(
    options: WebSocketMultiplayerPeerOptions = {},
  ): Promise<{ peer: WebSocketMultiplayerPeer; id: number }> {
    const peer = this.makePeer('node', options);
    const port = await this.run('return control.serve()');
    peer.createClient(`ws://127.0.0.1:${port}`);
    await this.heard('node peer_connected 1');
    const id = peer.getUniqueId();
    await this.told(`peer_connected ${id}`);
    return { peer, id };
  }

  /** A game of ours, with a frame each time something is awaited; what it tells goes to the log. */
  makeGame(name = 'node'): NodeGame {
    const game = new NodeGame((line) => this.log.push(`${name} ${line}`));
    this.games.push(game);
    this.eachFrame(() => game.frame());
    this.#ends.push(() => game.api.multiplayerPeer?.close());
    return game;
  }

  /** A game of ours that serves on a free port. */
  serveGame(): { game: NodeGame; url: string } {
    const game = this.makeGame();
    const peer = new WebSocketMultiplayerPeer();
    expect(peer.createServer(0)).toBe(Err.OK);
    game.start(peer);
    return { game, url: `ws://127.0.0.1:${peer.getServerPort()}` };
  }

  /** A game of ours that begins to join whoever serves there. */
  joinGame(url: string, name = 'node'): NodeGame {
    const game = this.makeGame(name);
    this.connect(game, url);
    return game;
  }

  connect(game: NodeGame, url: string): void {
    const peer = new WebSocketMultiplayerPeer();
    expect(peer.createClient(url)).toBe(Err.OK);
    game.start(peer);
    this.#urls.set(game, url);
  }

  /** Where this game has joined. */
  urlOf(game: NodeGame): string {
    return this.#urls.get(game) ?? '';
  }

  /** A game of ours with a Godot in it, one of them as the server, and the id of each. */
  async meet(server: 'node' | 'godot'): Promise<{ game: NodeGame; node: number; godot: number }> {
    if (server === 'node') {
      const { game, url } = this.serveGame();
      await this.run(`control.join("${url}")`);
      await this.told('connected_to_server');
      const line = await this.heard(/^node peer_connected/);
      return { game, node: 1, godot: Number(line.split(' ').at(-1)) };
    }
    const game = this.joinGame(`ws://127.0.0.1:${await this.run('return control.serve()')}`);
    await this.heard('node connected_to_server');
    await this.told(/^peer_connected/);
    return { game, node: game.api.getUniqueId(), godot: 1 };
  }

  /** The same on a line that carries modes and channels. */
  async meetOnPair(node: 1 | 2): Promise<{ game: NodeGame; peer: PairPeer }> {
    const game = this.makeGame();
    const { peer, port } = await PairPeer.listen(node);
    game.start(peer);
    await this.run(`control.pair(${port}, ${3 - node})`);
    await this.heard(`node peer_connected ${3 - node}`);
    await this.told(`peer_connected ${node}`);
    return { game, peer };
  }

  /** A peer of ours and the one that Godot makes for it, on a line that carries modes and channels. */
  async pairWithGodot(id: 1 | 2): Promise<PairPeer> {
    const { peer, port } = await PairPeer.listen(id);
    this.addPeer('node', peer);
    await this.run(`control.pair(${port}, ${3 - id})`);
    await this.heard(`node peer_connected ${3 - id}`);
    await this.told(`peer_connected ${id}`);
    return peer;
  }

  eachFrame(work: () => void): void {
    this.#polled.add(work);
  }

  onEnd(work: () => void): void {
    this.#ends.push(work);
  }

  /** One frame on this side. */
  frame(): void {
    for (const work of this.#polled) work();
  }

  /** For `expect.poll`: a frame passes each time before it reads. */
  framed<T>(read: () => T): () => T {
    return () => {
      this.frame();
      return read();
    };
  }

  /** Frames pass until it is so; fails when that takes too long. */
  async until(condition: () => boolean, what: () => string = () => condition.toString()): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      this.frame();
      if (condition()) return;
      for (const godot of this.#godots) godot.check();
      if (performance.now() > end) throw new Error(`Waited in vain for ${what()}`);
      await nextFrame();
    }
  }

  /** A line of Godot's log. */
  told(line: string | RegExp, godot = this.godot): Promise<string> {
    return this.#line(line, godot.log, () => `Godot told ${tail(godot.log)}, and the errors ${tail(godot.errors)}`);
  }

  /** A line of the log of this side. */
  heard(line: string | RegExp): Promise<string> {
    return this.#line(line, this.log, () => tail(this.log));
  }

  async #line(line: string | RegExp, log: readonly string[], soFar: () => string): Promise<string> {
    const matches = (one: string): boolean => (typeof line === 'string' ? one === line : line.test(one));
    await this.until(
      () => log.some(matches),
      () => `${String(line).slice(0, LINE_CHARS)}; so far: ${soFar()}`,
    );
    return log.find(matches) ?? '';
  }

  /** Frames pass until an expression has a value in Godot, as Godot writes it. */
  async becomes(expression: string, value: string, godot = this.godot): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    let now = '';
    while (now !== value && performance.now() < end) {
      this.frame();
      now = await godot.run(`await get_tree().process_frame\nreturn ${expression}`);
    }
    expect([expression, now]).toEqual([expression, value]);
  }

  /** The same for what is read on this side. */
  reads(read: () => unknown, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    return this.until(
      () => JSON.stringify(read()) === text,
      () => `${text}; it is ${JSON.stringify(read())}`,
    );
  }

  /** Frames on both sides, for what must not happen. */
  async quiet(): Promise<void> {
    for (let i = 0; i < QUIET_FRAMES; i += 1) {
      this.frame();
      await this.run('await get_tree().process_frame');
    }
  }

  /** What this side reported, taken off the list: what is left at the end of a test fails it. */
  takeReports(): string[] {
    return this.#reports.splice(0);
  }

  /** What Godot complained about, taken off the list: what is left at the end of a test fails it. */
  takeErrors(godot = this.godot): string[] {
    return godot.errors.splice(0);
  }

  async start(): Promise<void> {
    this.#godots.push(await GodotProcess.start());
  }

  async begin(): Promise<void> {
    this.#staged = 0;
    this.games.length = this.log.length = 0;
    this.#reports.length = 0;
    setErrorHandler((text) => this.#reports.push(text));
    await stage(this.godot);
  }

  async end(): Promise<void> {
    this.#polled.clear();
    for (const end of this.#ends.splice(0).reverse()) end();
    setErrorHandler(null);
    expect(this.#reports).toEqual([]);
    for (const godot of this.#godots) {
      // What this frame complained about arrives with the next.
      await godot.run('await get_tree().process_frame');
      expect(godot.errors).toEqual([]);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#godots.map((godot) => godot.stop()));
  }

  /** After a failure: one that hangs, or has ended, would fail the next attempt as well. */
  async renew(): Promise<void> {
    await Promise.all(this.#godots.splice(0).map((godot) => godot.kill()));
    await this.start();
  }
}

async function stage(godot: GodotProcess): Promise<void> {
  await godot.run('control.stage()');
  godot.log.length = 0;
  godot.errors.length = 0;
}

/** A room for the tests of the calling file: one Godot for all of them, a fresh game for each. */
export function openGodotRoom(): GodotRoom {
  const room = new GodotRoom();
  beforeAll(() => room.start());
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => room.renew());
    return room.begin();
  });
  afterEach(() => room.end());
  afterAll(() => room.stop());
  return room;
}
