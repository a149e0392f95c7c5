import { ManualClock } from 'scenewire';
import type { LobbyClientOptions, LobbySocket, LobbySocketState } from 'scenewire/lobby';
import { beforeEach, describe, expect, it } from 'vitest';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { Diary, reasonOf } from './support/clients.js';

const { JOIN, ID, HELLO, WELCOME, PEER_CONNECT, PING, RESUME, SEAL, ERROR, ICE } = MessageType;

/** A socket that does what the test says. */
class ScriptedSocket implements LobbySocket {
  state: LobbySocketState = 'connecting';
  closeCode = -1;
  closeReason = '';
  readonly sent: { type: number; [member: string]: unknown }[] = [];
  ending: 'close' | 'cut' | null = null;
  #inbox: string[] = [];

  poll(): void {}

  send(frame: string): boolean {
    if (this.state !== 'open') return false;
    this.sent.push(JSON.parse(frame) as { type: number });
    return true;
  }

  receive(): string | null {
    return this.#inbox.shift() ?? null;
  }

  close(): void {
    this.state = 'closed';
    this.ending = 'close';
  }

  cut(): void {
    this.state = 'closed';
    this.ending = 'cut';
  }

  give(...messages: readonly object[]): void {
    for (const message of messages) this.#inbox.push(JSON.stringify({ id: 0, data: '', ...message }));
  }

  lose(code = -1, reason = ''): void {
    this.state = 'closed';
    this.closeCode = code;
    this.closeReason = reason;
  }
}

const ROOM = {
  name: 'ROOM',
  mode: 'mesh',
  public: false,
  password: false,
  sealed: false,
  maxMembers: 8,
  migrates: true,
  meta: {},
  host: 1,
  epoch: 0,
};

let clock: ManualClock;
let sockets: ScriptedSocket[];
let diary: Diary;

const last = (): ScriptedSocket => sockets.at(-1)!;

function visit(options: LobbyClientOptions = {}): void {
  const open = (): ScriptedSocket => {
    sockets.push(new ScriptedSocket());
    return last();
  };
  diary = new Diary(open, { clock, autoPoll: false, random: () => 0.5, ...options });
}

function pass(ms: number): void {
  clock.advance(ms);
  diary.client.poll();
}

const welcome = (ttlMs = 0): object => ({
  type: WELCOME,
  id: 7,
  data: 'ROOM',
  sw: 1,
  features: [],
  token: 'secret',
  graceMs: 30_000,
  resumed: false,
  room: ROOM,
  ice: { servers: [], ttlMs },
});
const seat = (ttlMs = 0): object[] => [
  { type: ID, id: 7, data: 'true' },
  welcome(ttlMs),
  { type: PEER_CONNECT, id: 1, meta: {}, sw: 1, away: false },
  { type: JOIN, data: 'ROOM' },
];

/** In the room, at a server of ours or of Godot's. */
async function enter(server: 'ours' | 'godot' = 'ours', ttlMs = 0): Promise<void> {
  const joined = diary.client.join('ROOM');
  pass(0);
  last().state = 'open';
  pass(10);
  last().give(...seat(ttlMs).filter((_message, at) => server === 'ours' || at !== 1));
  pass(10);
  await joined;
}

beforeEach(() => {
  clock = new ManualClock();
  sockets = [];
  visit();
});

describe('the times of a lobby client', () => {
  it('a socket that does not open is given up after 10 s', async () => {
    const reason = reasonOf(diary.client.join('ROOM'));
    pass(0);
    pass(9999);
    expect(last().ending).toBe(null);
    pass(1);
    pass(0);
    expect([await reason, last().ending, diary.client.isQuiet]).toEqual(['connect_failed', 'cut', true]);
  });

  it('silence after JOIN is a refusal after 2 s, later where opening took long; no seat is left behind (L-2)', async () => {
    for (const [openMs, patienceMs] of [
      [100, 2000],
      [3000, 6000],
    ] as const) {
      const reason = reasonOf(diary.client.join('ROOM'));
      pass(0);
      pass(openMs);
      last().state = 'open';
      pass(0);
      pass(patienceMs - 1);
      expect(last().ending).toBe(null);
      pass(1);
      expect([await reason, last().ending]).toEqual(['refused', 'close']);
    }
  });

  it('JOIN is the first message, in the poll in which the socket is open (L-1)', async () => {
    await enter();
    expect(last().sent).toEqual([{ type: JOIN, id: 0, data: 'ROOM', sw: 1, ref: 1 }]);
  });

  it('a request that is not answered rejects after 10 s', async () => {
    await enter();
    const reason = reasonOf(diary.client.setMember({ ready: true }));
    pass(9999);
    pass(1);
    expect([await reason, diary.client.room?.name]).toEqual(['timeout', 'ROOM']);
  });

  it('a server that does not answer HELLO is given up', async () => {
    const reason = reasonOf(diary.client.list());
    pass(0);
    last().state = 'open';
    pass(0);
    expect(last().sent).toEqual([{ type: HELLO, id: 0, data: '', sw: 1 }]);
    pass(10_000);
    pass(0);
    expect([await reason, diary.client.isQuiet]).toEqual(['timeout', true]);
  });

  it('after 30 s of silence it asks for a sign of life; without one the connection counts as lost', async () => {
    await enter();
    pass(29_000);
    expect(last().sent.length).toBe(1);
    pass(1000);
    expect(last().sent.at(-1)).toEqual({ type: PING, id: 0, data: '' });
    last().give({ type: PING });
    pass(5000);
    pass(29_999);
    expect(last().sent.length).toBe(2);
    pass(1);
    pass(9999);
    expect(diary.has('lobby_lost')).toBe(false);
    pass(1);
    expect([diary.has('lobby_lost'), last().ending]).toEqual([true, 'cut']);
  });

  it('at a server of Godot’s it asks for nothing', async () => {
    await enter('godot');
    for (let i = 0; i < 30; i += 1) pass(10_000);
    expect(last().sent.length).toBe(1);
  });

  it('tries to come back at longer and longer intervals, with its token, until the seat must be gone', async () => {
    await enter();
    last().lose();
    pass(0);
    const tries: number[] = [];
    const began = clock.now();
    while (!diary.has('lobby_left')) {
      const before = sockets.length;
      pass(100);
      if (sockets.length > before) tries.push(clock.now() - began);
      last().lose();
    }
    // With a random number of one half: 0.5 s, 1 s, and 1.5 s from then on.
    expect(tries.slice(0, 4).map((ms) => Math.round(ms / 100))).toEqual([5, 16, 32, 48]);
    expect(clock.now() - began).toBeGreaterThanOrEqual(60_000);
    expect(diary.lines.filter((line) => line.startsWith('lobby_'))).toEqual([
      'lobby_joined ROOM',
      'lobby_lost',
      'lobby_left connection_lost ',
    ]);
  });

  it('RESUME has the token of the seat, and a server that can’t answer now is asked again', async () => {
    await enter();
    last().lose(1012, 'Server is shutting down');
    pass(0);
    pass(500);
    last().state = 'open';
    pass(0);
    expect(last().sent[0]).toMatchObject({ type: RESUME, id: 7, data: 'ROOM', token: 'secret', sw: 1 });
    const { ref } = last().sent[0]!;
    last().give({ type: ERROR, id: RESUME, data: 'later', reason: 'unavailable', fatal: false, retryMs: 1000, ref });
    pass(0);
    const before = sockets.length;
    pass(2000);
    expect(sockets.length).toBe(before + 1);
    last().state = 'open';
    pass(0);
    last().give(...seat());
    pass(0);
    expect(diary.lines.at(-1)).toBe('lobby_restored');
    expect(diary.lines.filter((line) => line.startsWith('peer_'))).toHaveLength(1);
  });

  it.each(['seat_lost', 'banned', 'unauthorized'])(
    'a seat that is gone for good (%s) is not asked for again',
    async (reason) => {
      await enter();
      last().lose();
      pass(0);
      pass(500);
      last().state = 'open';
      pass(0);
      last().give({ type: ERROR, id: RESUME, data: 'no', reason, fatal: false, ref: last().sent[0]!['ref'] });
      pass(0);
      expect(diary.lines.at(-1)).toBe(`lobby_left ${reason} no`);
      const before = sockets.length;
      pass(60_000);
      expect(sockets.length).toBe(before);
    },
  );

  it('after a seal a server of Godot’s is left after 10 s, since one of them never would (L-7)', async () => {
    await enter('godot');
    last().give({ type: SEAL });
    pass(0);
    pass(9999);
    expect(last().ending).toBe(null);
    pass(1);
    expect([last().ending, diary.lines.at(-1)]).toEqual(['close', 'lobby_left seal_complete ']);
  });

  it('ICE servers that were not renewed are asked for before they expire, once', async () => {
    await enter('ours', 60_000);
    pass(20_000);
    last().give({ type: PING });
    pass(20_000);
    last().give({ type: PING });
    pass(14_000);
    expect(last().sent.filter(({ type }) => type === ICE)).toHaveLength(1);
    pass(1000);
    expect(last().sent.filter(({ type }) => type === ICE)).toHaveLength(1);
    last().give({ type: ICE, ice: { servers: [{ urls: ['stun:192.0.2.1'] }], ttlMs: 60_000 } });
    pass(0);
    expect([diary.client.ice.servers.length, diary.has('ice_changed')]).toEqual([1, true]);
  });

  it('what a server says that makes no sense is counted, and does no harm', async () => {
    await enter();
    const told = diary.lines.length;
    last().give(
      { type: 99 },
      { type: PEER_CONNECT, id: 7 },
      { type: PEER_CONNECT, id: 1 },
      { type: MessageType.PEER_DISCONNECT, id: 4711 },
      { type: MessageType.OFFER, id: 4711, data: 'v=0' },
      { type: MessageType.CANDIDATE, id: 1, data: 'one line' },
      { type: MessageType.METADATA, room: { name: 5 } },
      { type: 'x' },
    );
    pass(0);
    expect([diary.lines.length, diary.client.dropped]).toEqual([told, 8]);
  });
});
