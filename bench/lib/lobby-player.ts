import { createRequire } from 'node:module';

interface Socket {
  on(event: 'open', listener: () => void): unknown;
  on(event: 'message', listener: (data: Buffer) => void): unknown;
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  send(text: string): void;
  terminate(): void;
}

const WebSocket = createRequire(import.meta.url)('ws') as new (url: string, options: object) => Socket;

const JOIN = 0;
const ID = 1;
const OFFER = 4;
const ERROR = 31;
/** How every letter begins. */
const LETTER = Buffer.from(`{"type":${OFFER},`);
/** A mask of zeros is one, and costs nothing. */
const OPTIONS = { perMessageDeflate: false, generateMask: () => {} };

export interface Letter {
  readonly from: number;
  readonly data: string;
}

/** A client that joins and sends. It parses only what it needs. */
export class LobbyPlayer {
  id = 0;
  room = '';
  onLetter: (letter: Letter) => void = () => {};
  /** Instead of `onLetter`, for one who only counts: nothing is parsed then. */
  onFrame: (() => void) | null = null;
  readonly #socket: Socket;
  #settle: (problem: Error | null) => void = () => {};

  private constructor(url: string) {
    this.#socket = new WebSocket(url, OPTIONS);
    this.#socket.on('message', (data) => this.#receive(data));
    this.#socket.on('error', (error) => this.#settle(error));
    this.#socket.on('close', (code, reason) => this.#settle(new Error(`closed: ${code} ${reason.toString()}`)));
  }

  /** From nothing to the last message of the join. An empty room is made. */
  static join(url: string, room: string): Promise<LobbyPlayer> {
    const player = new LobbyPlayer(url);
    return new Promise((resolve, reject) => {
      player.#settle = (problem) => (problem === null ? resolve(player) : reject(problem));
      player.#socket.on('open', () => {
        player.#socket.send(`{"type":0,"id":0,"data":"${room}","sw":1}`);
      });
    });
  }

  send(to: number, data: string): void {
    this.#socket.send(`{"type":${OFFER},"id":${to},"data":"${data}"}`);
  }

  close(): void {
    this.#settle = () => {};
    this.#socket.terminate();
  }

  #receive(bytes: Buffer): void {
    if (this.onFrame !== null && bytes.indexOf(LETTER) === 0) {
      this.onFrame();
      return;
    }
    const { type, id, data } = JSON.parse(bytes.toString()) as { type: number; id: number; data: string };
    if (type === OFFER) this.onLetter({ from: id, data });
    else if (type === ID) this.id = id;
    else if (type === ERROR) this.#settle(new Error(data));
    else if (type === JOIN) {
      this.room = data;
      this.#settle(null);
    }
  }
}

/** Players in rooms of this size; the first of each room is its host. So many of them join at a time. */
export async function fillRooms(
  url: () => string,
  players: number,
  roomSize: number,
  atATime = 50,
): Promise<LobbyPlayer[][]> {
  const rooms: LobbyPlayer[][] = [];
  const count = Math.ceil(players / roomSize);
  while (rooms.length < count) {
    const batch = Math.min(atATime, count - rooms.length);
    rooms.push(...(await Promise.all(Array.from({ length: batch }, () => fillRoom(url, roomSize)))));
  }
  return rooms;
}

async function fillRoom(url: () => string, size: number): Promise<LobbyPlayer[]> {
  const host = await LobbyPlayer.join(url(), '');
  const room = [host];
  while (room.length < size) room.push(await LobbyPlayer.join(url(), host.room));
  return room;
}
