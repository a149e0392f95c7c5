/** What runs in the pages of the tests: the game, a session and a frame loop, driven from outside by name. */
import { TransferMode, Vector3 } from 'scenewire';
import { LobbySession } from 'scenewire/lobby';
import { NodeGame } from '../../godot/support/node-game.js';

/** Pages of the tests may be hidden, so no animation frames. */
const FRAME_MS = 8;

type Method = 'by_anyone' | 'unreliable' | 'unreliable_ordered' | 'on_channel_4';

const log: string[] = [];
let session: LobbySession | null = null;
let game: NodeGame | null = null;
let frames: ReturnType<typeof setInterval> | undefined;
let answeredAt = 0;
let connectedAfter = 0;

function play(entered: LobbySession): number {
  clearInterval(frames);
  [answeredAt, connectedAfter] = [0, 0];
  entered.lobby.answer_received.connect(() => {
    answeredAt = performance.now();
  });
  entered.peer.peer_connected.connect(() => {
    connectedAfter = performance.now() - answeredAt;
  });
  const made = new NodeGame((line) => log.push(line));
  made.start(entered.peer);
  frames = setInterval(() => made.frame(), FRAME_MS);
  [session, game] = [entered, made];
  return entered.lobby.id;
}

const page = {
  log: () => log,
  async host(url: string, mode: 'mesh' | 'server', channels: readonly TransferMode[]) {
    const made = new LobbySession(url, { channels });
    const code = await made.host({ mode });
    play(made);
    return code;
  },
  async join(url: string, code: string, channels: readonly TransferMode[]) {
    const made = new LobbySession(url, { channels });
    await made.join(code);
    return play(made);
  },
  call: (method: Method, what: string) => game?.calls.rpc[method](what),
  /** Bytes of that many, all alike. */
  send: (to: number, size: number, byte: number) =>
    game?.api.sendBytes(new Uint8Array(size).fill(byte), to, TransferMode.TRANSFER_MODE_RELIABLE),
  addPlayer: (name: string, x: number) => void game?.arena.addPlayer(name, new Vector3(x, 0, 0), name),
  movePlayer: (name: string, x: number) => {
    const player = game?.arena.player(name);
    if (player !== undefined) player.position.x = x;
  },
  whereIs: (name: string) => game?.arena.player(name).position.x,
  /** Milliseconds from the answer to the newest connection; 0 while there is none. */
  connectedAfter: () => connectedAfter,
  leave: () => session?.close(),
};

Object.assign(globalThis, { player: page });
export type GamePage = typeof page;
