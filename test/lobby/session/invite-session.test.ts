import { ConnectionStatus, ManualClock } from 'scenewire';
import { InviteError, InviteSession, type InviteSessionOptions } from 'scenewire/lobby';
import { LoopbackNetwork } from 'scenewire/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { readInvite, writeInvite } from '../../../src/lobby/session/invite/invite-text.js';
import { packDescription, unpackDescription } from '../../../src/lobby/session/invite/packed-description.js';
import { seededRandom } from '../support/seeded-random.js';

const PATIENT = { timeout: 30_000 };
/** Bytes that a QR code of the largest kind (version 40, least correction) holds. */
const LARGEST_QR_CODE = 2953;
const LOCAL = { libdatachannel: { bindAddress: '127.0.0.1' } };

const SECRETS = [
  'a=ice-ufrag:EsAw',
  'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, i) => (i * 7).toString(16).padStart(2, '0'))
    .join(':')
    .toUpperCase()}`,
];
/** What browsers and libdatachannel write, in other orders and with other trimmings. */
const description = (candidates: readonly string[], origin = '-', extra: readonly string[] = []): string =>
  [
    'v=0',
    `o=${origin} 4611731400430051336 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'a=extmap-allow-mixed',
    'a=msid-semantic: WMS',
    'a=scenewire:1 link1 relay1 ask1',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...candidates.map((candidate) => `a=${candidate}`),
    ...SECRETS,
    'a=setup:actpass',
    'a=mid:0',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
    ...extra,
    '',
  ].join('\r\n');

const CANDIDATES = [
  'candidate:842163049 1 udp 1677729535 203.0.113.17 54321 typ srflx raddr 10.1.0.2 rport 54321 generation 0 ufrag EsAw network-cost 999',
  'candidate:1 1 UDP 2122260223 192.0.2.1 9 typ host',
  'candidate:2 1 udp 2122260223 4f2a7f5e-3d8b-4b7e-9a44-0123456789ab.local 61000 typ host generation 0',
  'candidate:3 1 udp 2122262783 2001:db8::8a2e:370:7334 61001 typ host',
  'candidate:4 1 tcp 1518280447 192.0.2.1 61002 typ host tcptype passive',
  'candidate:5 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active',
  'candidate:6 1 udp 41885439 198.51.100.4 61003 typ relay raddr 203.0.113.17 rport 1',
  'candidate:7 1 udp 100 player.example.org 61004 typ host',
];

const sessions: InviteSession[] = [];
const timers: NodeJS.Timeout[] = [];

function open(options: InviteSessionOptions = { configuration: LOCAL }): InviteSession {
  const session = new InviteSession(options);
  sessions.push(session);
  return session;
}

/** A game that polls its session, and the packets it got. */
function play(session: InviteSession): string[] {
  const got: string[] = [];
  const frame = (): void => {
    session.poll();
    const { peer } = session;
    while (peer.getAvailablePacketCount() > 0) {
      got.push(`${peer.getPacketPeer()} ${new TextDecoder().decode(peer.getPacket())}`);
    }
    peer.flush();
  };
  timers.push(setInterval(frame, 5));
  return got;
}

const reasonOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InviteError);
  return (error as InviteError).reason;
};

const say = (session: InviteSession, text: string): void => {
  session.peer.putPacket(new TextEncoder().encode(text));
};

afterEach(() => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  for (const session of sessions.splice(0)) session.close();
});

describe('two texts', () => {
  it('make a game: invitation, reply, and nothing else', async () => {
    const [host, guest] = [open(), open()];
    const invite = await host.createInvite();
    const reply = await guest.acceptInvite(invite);
    const connected = host.complete(reply);
    const [atHost, atGuest] = [play(host), play(guest)];
    const id = await connected;
    expect([guest.peer.getUniqueId(), host.peer.getUniqueId()]).toEqual([id, 1]);
    await expect.poll(() => guest.peer.getConnectionStatus(), PATIENT).toBe(ConnectionStatus.CONNECTION_CONNECTED);
    say(guest, 'hello');
    say(host, 'welcome');
    await expect.poll(() => [atHost, atGuest], PATIENT).toEqual([[`${id} hello`], ['1 welcome']]);
    console.log(`figure lobby-invite-native ${invite.length} characters, reply ${reply.length}`);
    expect(Math.max(invite.length, reply.length)).toBeLessThan(300);
  });

  it('several guests, each with an invitation of its own, also before there is a game loop', async () => {
    const host = open();
    const guests = [open(), open(), open()];
    const invites = await Promise.all(guests.map(() => host.createInvite()));
    const replies = await Promise.all(guests.map((guest, i) => guest.acceptInvite(invites[i]!)));
    const ids = await Promise.all([...replies].reverse().map((reply) => host.complete(reply)));
    expect(new Set(ids).size).toBe(3);
    const heard: number[] = [];
    host.peer.peer_connected.connect((id) => heard.push(id));
    play(host);
    for (const guest of guests) play(guest);
    await expect.poll(() => heard.length, PATIENT).toBe(3);
    expect([...heard].sort()).toEqual([...ids].sort());
  });

  it('are not mixed up, and not used twice', async () => {
    const [host, other, guest] = [open(), open(), open()];
    const invite = await host.createInvite();
    const reply = await guest.acceptInvite(invite);
    expect(await reasonOf(open().acceptInvite(reply))).toBe('not_an_invite');
    expect(await reasonOf(host.complete(invite))).toBe('not_a_reply');
    expect(await reasonOf(other.complete(reply))).toBe('unknown_invite');
    expect(await reasonOf(guest.acceptInvite(invite))).toBe('already_in_game');
    expect(await reasonOf(guest.createInvite())).toBe('already_in_game');
    await host.complete(reply);
    expect(await reasonOf(host.complete(reply))).toBe('unknown_invite');
  });

  it('an end of the session ends what waits for it, and the session can be used again', async () => {
    const [host, guest] = [open(), open()];
    const early = reasonOf(host.createInvite());
    host.close();
    host.close();
    expect(await early).toBe('closed');
    const reply = await guest.acceptInvite(await host.createInvite());
    const late = reasonOf(host.complete(reply));
    host.peer.close();
    expect(await late).toBe('closed');
    guest.close();
    await host.complete(await guest.acceptInvite(await host.createInvite()));
  });

  it('a guest who is not there when the reply comes: an error in time, and room for another try', async () => {
    const clock = new ManualClock();
    const network = new LoopbackNetwork({ clock });
    const options = { clock, extension: network.Extension, autoPoll: false };
    const [host, guest] = [open(options), open(options)];
    const frame = async (): Promise<void> => {
      clock.advance(100);
      for (const session of [host, guest]) session.poll();
      await new Promise((resolve) => setImmediate(resolve));
    };
    const during = async <T>(promise: Promise<T>): Promise<T> => {
      const state = { isSettled: false };
      const settled = promise.finally(() => Object.assign(state, { isSettled: true }));
      settled.catch(() => {});
      for (let i = 0; i < 300 && !state.isSettled; i += 1) await frame();
      return settled;
    };
    const reply = await during(guest.acceptInvite(await during(host.createInvite())));
    network.setConditions({ partitioned: true });
    expect(await during(reasonOf(host.complete(reply)))).toBe('connect_failed');
    expect(host.peer.getConnectionStatus()).toBe(ConnectionStatus.CONNECTION_CONNECTED);
    network.setConditions({ partitioned: false });
    guest.close();
    const again = await during(guest.acceptInvite(await during(host.createInvite())));
    expect(await during(host.complete(again))).toBe(guest.peer.getUniqueId());
  });
});

describe('the text of an invitation', () => {
  it.each(['-', 'rtc'])('holds what matters of a description, in few characters (%s)', (origin) => {
    const sdp = description(CANDIDATES, origin);
    const text = writeInvite({ kind: 'invite', id: 77, sdp });
    const { kind, id, sdp: read } = readInvite(text);
    expect([kind, id]).toEqual(['invite', 77]);
    for (const line of [...SECRETS, 'a=setup:actpass', 'a=mid:0', 'a=sctp-port:5000', 'a=max-message-size:262144']) {
      expect(read.split('\r\n')).toContain(line);
    }
    expect(read).toContain('a=scenewire:1 link1 relay1 ask1\r\n');
    expect(/^o=rtc /m.test(read)).toBe(origin === 'rtc');
    expect([...read.matchAll(/^a=candidate:\d+ 1 (.*?)\r$/gm)].map(([, rest]) => rest)).toEqual([
      'udp 1677729535 203.0.113.17 54321 typ srflx raddr 0.0.0.0 rport 0',
      'udp 2122260223 192.0.2.1 9 typ host',
      'udp 2122260223 4f2a7f5e-3d8b-4b7e-9a44-0123456789ab.local 61000 typ host',
      'udp 2122262783 2001:0db8:0000:0000:0000:8a2e:0370:7334 61001 typ host',
      'tcp 1518280447 192.0.2.1 61002 typ host tcptype passive',
      'udp 41885439 198.51.100.4 61003 typ relay raddr 0.0.0.0 rport 0',
      'udp 100 player.example.org 61004 typ host',
    ]);
    console.log(`figure lobby-invite-text ${text.length} characters for ${sdp.length}, with seven candidates`);
    expect(text.length).toBeLessThan(400);
  });

  it('fits a QR code with as many candidates as there may be, and in the longest form', () => {
    const many = Array.from({ length: 60 }, (_, i) => `candidate:${i} 1 udp 99 2001:db8::${i + 1} 4000 typ host`);
    expect(writeInvite({ kind: 'invite', id: 2, sdp: description(many) }).length).toBeLessThan(600);
    const unusual = description(CANDIDATES, '-', ['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:1']);
    const text = writeInvite({ kind: 'invite', id: 2, sdp: unusual });
    expect(text.length).toBeLessThan(LARGEST_QR_CODE);
    expect(readInvite(text).sdp).toBe(unusual);
  });

  it('survives what chats do to it, and nothing else', () => {
    const text = writeInvite({ kind: 'reply', id: 4711, sdp: description(CANDIDATES) });
    const wrapped = `\n ${text.replace(/(.{40})/g, '$1\r\n')} \t`;
    expect(readInvite(wrapped)).toEqual(readInvite(text));
    expect(text).toMatch(/^[\w-]+$/);
    for (const broken of [
      '',
      'x',
      text.slice(0, -1),
      text.slice(1),
      `${text}A`,
      text.toLowerCase(),
      'https://a.b',
      '💥',
    ]) {
      expect(() => readInvite(broken)).toThrow(InviteError);
    }
  });

  it('whatever a stranger writes: an InviteError or a description, nothing else, and at once', () => {
    const random = seededRandom(5);
    const whole = packDescription(description(CANDIDATES));
    for (let i = 0; i < 20_000; i += 1) {
      const bytes = Uint8Array.from(whole);
      for (let n = 0; n < 1 + random() * 6; n += 1) bytes[Math.floor(random() * bytes.length)] = random() * 256;
      const read = unpackDescription(bytes.subarray(0, Math.floor(random() * bytes.length) + 1));
      if (read !== null) expect(read.split('\r\n').every((line) => /^[a-z]=/.test(line) || line === '')).toBe(true);
    }
  });

  it.each(['player.example.org', 'EsAw', 'P2uYro0UCOQ4zxjKXaWCBui1', '1 link1 relay1 ask1'])(
    'smuggles no line in, as %s',
    (text) => {
      const bytes = packDescription(description(CANDIDATES));
      const at = Buffer.from(bytes).indexOf(text);
      expect(at).toBeGreaterThan(0);
      expect(unpackDescription(bytes)).not.toBeNull();
      bytes.set(new TextEncoder().encode('\na=x'), at);
      expect(unpackDescription(bytes)).toBeNull();
    },
  );
});
