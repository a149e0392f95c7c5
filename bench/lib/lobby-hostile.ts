import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures } from './figures.js';
import { LobbyPlayer } from './lobby-player.js';
import { LobbyServers } from './lobby-servers.js';
import { OwnLag } from './own-lag.js';
import { percentile } from './statistics.js';

interface Socket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  on(event: 'open' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  send(text: string): void;
  terminate(): void;
}

const WebSocket = createRequire(import.meta.url)('ws') as new (url: string, options: object) => Socket;

const HOSTILE = 64;
const SECONDS = 10;
const OPEN = 1;
const FLOOD_EVERY_MS = 2;
/** What an attacker keeps under way: as much as its kernel takes. */
const MOST_UNSENT_BYTES = 256 * 1024;

const large = `{"type":4,"id":1,"data":"${'x'.repeat(60_000)}"}`;
const deep = `{"type":0,"id":0,"data":"","x":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
const list = '{"type":17,"id":0,"data":"","open":false,"limit":100,"where":{"a":{"min":1}}}';
const floods = [
  large,
  deep,
  list,
  'no message',
  '{"type":0,"id":0,"data":"guess","sw":1}',
  '{"type":28,"id":1,"data":""}',
];

/** Everybody from one address sends as much as the lobby takes, while two players of another kind talk to each other. */
export async function measureHostile(figures: Figures): Promise<void> {
  const servers = await LobbyServers.start(1);
  const lag = new OwnLag();
  try {
    const url = servers.url();
    const host = await LobbyPlayer.join(url, '');
    const guest = await LobbyPlayer.join(url, host.room);
    const attackers = Array.from({ length: HOSTILE }, (_, index) => new Attacker(url, floods[index % floods.length]!));
    const times: number[] = [];
    host.onLetter = ({ data }) => times.push(performance.now() - Number(data));
    const end = performance.now() + SECONDS * 1000;
    const flooding = setInterval(() => {
      for (const attacker of attackers) attacker.flood();
    }, FLOOD_EVERY_MS);
    while (performance.now() < end) {
      guest.send(host.id, String(performance.now()));
      await sleep(20);
    }
    clearInterval(flooding);
    await sleep(500);
    const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
    console.log(
      `${HOSTILE} hostile clients for ${SECONDS} s: ${times.length} messages between two others, median ` +
        `${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (this process was late by ${lag.stop().toFixed(1)} ms); ` +
        `${servers.memory().toFixed(0)} MB`,
    );
    figures.report('lobby-hostile-p99', p99, 'ms', { atMost: 50 });
    for (const attacker of attackers) attacker.close();
    for (const player of [host, guest]) player.close();
  } finally {
    await servers.stop();
  }
}

/** Comes back whenever it is put out. */
class Attacker {
  readonly #url: string;
  readonly #frame: string;
  #socket: Socket | null = null;

  constructor(url: string, frame: string) {
    this.#url = url;
    this.#frame = frame;
  }

  flood(): void {
    const socket = this.#socket ?? this.#open();
    if (socket.readyState === OPEN && socket.bufferedAmount < MOST_UNSENT_BYTES) socket.send(this.#frame);
  }

  close(): void {
    this.#socket?.terminate();
  }

  #open(): Socket {
    const socket = new WebSocket(this.#url, { perMessageDeflate: false });
    this.#socket = socket;
    socket.on('open', () => socket.send('{"type":16,"id":0,"data":"","sw":1}'));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#socket = null;
    });
    return socket;
  }
}
