import { createHmac } from 'node:crypto';
import type { RtcConfiguration } from 'scenewire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DtlsRole } from '../../src/extension/native/dtls-role.js';
import { type ConnectionConfig, parseConfiguration } from '../../src/extension/webrtc-options.js';
import { NO_CAPABILITIES } from '../../src/extension/webrtc-peer-connection-extension.js';
import { TurnServer } from '../lobby/support/turn-server.js';
import { FarEnd } from './support/far-end.js';
import { ON_LOOPBACK } from './support/native-pair.js';

const TURN = { urls: 'turn:192.0.2.1', username: 'name', credential: 'word' };
const ORIGINS = {
  native: 'o=rtc 1 0 IN IP4 127.0.0.1',
  chromium: 'o=- 1 2 IN IP4 127.0.0.1',
  firefox: 'o=mozilla…SDP',
};

const offerOf = (who: keyof typeof ORIGINS): string => `v=0\r\n${ORIGINS[who]}\r\na=setup:actpass\r\na=mid:0\r\n`;
const setupOf = (sdp: string): string | undefined => /^a=setup:(\w+)/m.exec(sdp)?.[1];
const roleWith = (input: RtcConfiguration): DtlsRole =>
  new DtlsRole(parseConfiguration(input, NO_CAPABILITIES) as ConnectionConfig);

const without = roleWith({ iceServers: [{ urls: 'stun:192.0.2.1' }] });
const withTurn = roleWith({ iceServers: [{ urls: 'stun:192.0.2.1' }, TURN] });
const onlyTurn = roleWith({ iceServers: [TURN], iceTransportPolicy: 'relay' });

describe('D6 D8 the side that may be reached too early over a relay of its own is the DTLS client', () => {
  it.each([
    ['without TURN, native', without, 'native', 'actpass'],
    ['without TURN, Chromium', without, 'chromium', 'active'],
    ['without TURN, Firefox', without, 'firefox', 'active'],
    ['with TURN, native', withTurn, 'native', 'actpass'],
    ['with TURN, Chromium', withTurn, 'chromium', 'actpass'],
    ['with TURN, Firefox, whose second is dearer', withTurn, 'firefox', 'active'],
    ['relays alone, native, which connects after us', onlyTurn, 'native', 'active'],
    ['relays alone, Chromium', onlyTurn, 'chromium', 'actpass'],
    ['relays alone, Firefox', onlyTurn, 'firefox', 'actpass'],
  ] as const)('an offer to answer, %s: is read as %s', (_name, role, who, setup) => {
    expect(setupOf(role.answered(offerOf(who)))).toBe(setup);
  });

  it('an offer of ours says active where relays are the only way, and leaves the choice elsewhere', () => {
    expect([without, withTurn, onlyTurn].map((role) => setupOf(role.offered(offerOf('native'))))).toEqual([
      'actpass',
      'actpass',
      'active',
    ]);
  });
});

describe('D6 D8 two processes that meet over a TURN server alone', () => {
  const MANY = 12;
  const SLOW_MS = 700;
  const MAX_ROUNDS = 3;
  let turn: TurnServer;
  let far: FarEnd;
  let onRelay: RtcConfiguration;
  beforeAll(async () => {
    // An address of its own, since the port is given.
    turn = await TurnServer.start('127.0.0.77');
    const username = String(Math.floor(Date.now() / 1000) + 3600);
    const credential = createHmac('sha1', turn.secret).update(username).digest('base64');
    onRelay = { ...ON_LOOPBACK, iceServers: [{ urls: turn.url, username, credential }], iceTransportPolicy: 'relay' };
    far = new FarEnd();
    await far.start();
  });
  afterAll(async () => {
    far.stop();
    await turn.stop();
  });

  it('connect, with the offerer as the client', async () => {
    const { ms, connection, close } = await far.connect(onRelay, onRelay);
    expect(ms).not.toBeNull();
    const pair = connection.getSelectedCandidatePair();
    expect([pair?.local.candidate, pair?.remote.candidate].map((line) => /typ (\w+)/.exec(line ?? '')?.[1])).toEqual([
      'relay',
      'relay',
    ]);
    expect(setupOf(connection.getRemoteDescription()?.sdp ?? '')).toBe('passive');
    close();
  });

  it('are there without a resend, many at a time', { timeout: 120_000 }, async () => {
    const rounds: number[] = [];
    while (rounds.length < MAX_ROUNDS && rounds.at(-1) !== 0) {
      const attempts = await Promise.all(Array.from({ length: MANY }, () => far.connect(onRelay, onRelay)));
      for (const { close } of attempts) close();
      const times = attempts.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
      rounds.push(times.filter((ms) => !(ms - times[MANY >> 1]! <= SLOW_MS)).length);
    }
    expect(rounds.at(-1)).toBe(0);
  });
});
