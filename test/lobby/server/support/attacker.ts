import { connect, type Socket } from 'node:net';
import { MessageType } from '../../../../src/lobby/protocol/message-type.js';
import type { RandomMessages } from '../../protocol/support/random-messages.js';
import { type RawSocket, RawWebSocket } from './ws-package.js';

/** What attackers have seen, and use again. */
export interface Loot {
  readonly seats: { readonly id: number; readonly data: string; readonly token: string }[];
  readonly rooms: string[];
  readonly ids: number[];
}

/** A client that means no good, in every way that its seed comes up with. */
export class Attacker {
  readonly #random: RandomMessages;
  readonly #url: string;
  readonly #port: number;
  readonly #loot: Loot;
  #socket: RawSocket | null = null;
  readonly #raw: Socket[] = [];
  acts = 0;

  constructor(url: string, random: RandomMessages, loot: Loot) {
    this.#url = url;
    this.#port = Number(new URL(url).port);
    this.#random = random;
    this.#loot = loot;
  }

  act(): void {
    this.acts += 1;
    const socket = this.#socket;
    if (socket === null || socket.readyState > 1) this.#open();
    else if (socket.readyState === 1) this.#random.pick(this.#acts)(socket);
  }

  close(): void {
    this.#socket?.terminate();
    for (const socket of this.#raw) socket.destroy();
  }

  #open(): void {
    const way = this.#random.below(10);
    if (way === 0)
      this.#openRaw(
        this.#random.pick([
          '',
          'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websock',
          '\u0000\u0001\u0002',
          'POST /metrics HTTP/1.1\r\nContent-Length: 99999\r\n\r\n',
        ]),
      );
    else if (way === 1) this.#openRaw(`GET /${'x'.repeat(this.#random.below(20_000))} HTTP/1.1\r\nHost: x\r\n\r\n`);
    else if (way === 2) this.#openRaw(this.#handshake(), this.#badFrame());
    else this.#openSocket();
  }

  #openSocket(): void {
    const socket = new RawWebSocket(this.#url, { perMessageDeflate: false, autoPong: this.#random.below(5) > 0 });
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => this.#learn(data.toString()));
    socket.on('open', () => {
      const announcement = this.#random.below(3) > 0 ? { sw: 1 } : {};
      const way = this.#random.below(4);
      if (way === 0) this.#send(socket, { type: MessageType.HELLO, sw: 1 });
      else if (way < 3) this.#send(socket, { type: MessageType.JOIN, ...announcement, create: { public: true } });
    });
  }

  /** Opens a connection, says this, and never closes it. */
  #openRaw(...parts: readonly (string | Uint8Array)[]): void {
    const socket = connect(this.#port, '127.0.0.1');
    socket.on('error', () => {});
    for (const part of parts) socket.write(part);
    this.#raw.push(socket);
    if (this.#raw.length > 20) this.#raw.shift()?.destroy();
  }

  #handshake(): string {
    return 'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
  }

  /** Frames that are none, or that never end. */
  #badFrame(): Uint8Array {
    return this.#random.pick([
      // Not masked; reserved bits; an opcode that is none; a close frame that is too long.
      Uint8Array.of(0x81, 0x02, 0x7b, 0x7d),
      Uint8Array.of(0xf1, 0x82, 0, 0, 0, 0, 0x7b, 0x7d),
      Uint8Array.of(0x8b, 0x80, 0, 0, 0, 0),
      Uint8Array.of(0x88, 0xfe, 0xff, 0xff, 0, 0, 0, 0),
      // 65,000 bytes are promised and never sent; so many more that nobody has room for them.
      Uint8Array.of(0x81, 0xfe, 0xfd, 0xe8, 0, 0, 0, 0, 0x7b),
      Uint8Array.of(0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0),
      // A fragment of a message whose end never comes.
      Uint8Array.of(0x01, 0x81, 0, 0, 0, 0, 0x7b),
      // Not UTF-8.
      Uint8Array.of(0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe),
    ]);
  }

  readonly #acts: readonly ((socket: RawSocket) => void)[] = [
    (socket) => socket.send(JSON.stringify(this.#random.bad('client'))),
    (socket) => this.#send(socket, this.#forged(this.#random.good('client'))),
    (socket) => this.#send(socket, this.#forged(this.#random.good('client'))),
    (socket) => this.#send(socket, this.#forged(this.#random.good('server'))),
    (socket) => socket.send(JSON.stringify(this.#random.junk(8))),
    (socket) =>
      socket.send(
        Uint8Array.from({ length: this.#random.below(300) }, () => this.#random.below(256)),
        { binary: true },
      ),
    (socket) => socket.send(`{"type":0,"id":0,"data":"","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
    (socket) => this.#send(socket, { type: MessageType.OFFER, id: this.#id(), data: 'x'.repeat(64_000) }),
    (socket) => socket.send('x'.repeat(70_000)),
    (socket) => this.#replay(socket),
    (socket) => this.#replay(socket),
    (socket) =>
      this.#send(socket, { type: MessageType.JOIN, sw: 1, data: this.#random.pick([...this.#loot.rooms, 'guess']) }),
    (socket) => this.#send(socket, { type: MessageType.LIST, cursor: this.#random.text(100), limit: 100, open: false }),
    (socket) => {
      for (let i = 0; i < 50; i += 1) socket.ping('p');
    },
    (socket) => {
      for (let i = 0; i < 100; i += 1) socket.send('{}');
    },
    (socket) => socket.pause(),
    (socket) => socket.resume(),
    (socket) => socket.close(this.#random.pick([1000, 1001, 4000])),
    (socket) => socket.terminate(),
  ];

  /** With ids, names and tokens that belong to others. */
  #forged(message: Record<string, unknown>): Record<string, unknown> {
    const { rooms, seats } = this.#loot;
    return {
      ...message,
      id: this.#id(),
      ...(rooms.length > 0 && this.#random.below(3) === 0 && { data: this.#random.pick(rooms) }),
      ...('token' in message && seats.length > 0 && { token: this.#random.pick(seats).token }),
    };
  }

  /** A token that was good once, as it was or for another seat. */
  #replay(socket: RawSocket): void {
    const { seats } = this.#loot;
    if (seats.length === 0) return;
    const other = this.#random.pick(seats);
    const changes = this.#random.pick([{}, {}, { token: other.token }, { id: other.id }, { data: other.data }]);
    this.#send(socket, { type: MessageType.RESUME, sw: 1, ...this.#random.pick(seats), ...changes });
  }

  #id(): number {
    return this.#random.pick([0, 1, 2, -1, 2 ** 31 - 1, ...this.#loot.ids]);
  }

  #send(socket: RawSocket, message: object): void {
    socket.send(JSON.stringify({ id: 0, data: '', ...message }));
  }

  #learn(text: string): void {
    const { type, id, data, token } = JSON.parse(text) as { type: number; id: number; data: string; token?: string };
    if (type === MessageType.WELCOME && token !== undefined) remember(this.#loot.seats, { id, data, token });
    if (type === MessageType.JOIN) remember(this.#loot.rooms, data);
    if (id > 1) remember(this.#loot.ids, id);
  }
}

function remember<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > 200) list.shift();
}
