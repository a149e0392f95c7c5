import { Err, SignalingState } from 'scenewire';
import { expect, it, vi } from 'vitest';
import { closeConnection, countNatives } from '../../src/extension/native/native-lifetime.js';
import { NativePair } from './support/native-pair.js';

const NOTHING = { live: 0, lost: 0 };
const CLOSED = 3;
const PATIENCE_MS = 60_000;

const untilNothing = (): Promise<void> =>
  vi.waitFor(() => expect(countNatives()).toEqual(NOTHING), { timeout: PATIENCE_MS });

it('R-034 nothing native is left of connections that were closed, at whatever point', async () => {
  const pairs = Array.from({ length: 5 }, () => new NativePair());
  const [stands, ended, offered, rolledBack, untouched] = pairs as [
    NativePair,
    NativePair,
    NativePair,
    NativePair,
    NativePair,
  ];
  await stands.connect();
  const [, far] = await ended.connect();
  ended.a.close();
  await ended.until(() => far.getReadyState() === CLOSED);
  for (const pair of [offered, rolledBack]) {
    pair.passesDescriptions = false;
    pair.a.createDataChannel('game');
    pair.a.createOffer();
    await pair.until(() => pair.a.getSignalingState() === SignalingState.SIGNALING_STATE_HAVE_LOCAL_OFFER);
  }
  rolledBack.a.setLocalDescription('rollback', '');
  untouched.a.createDataChannel('game');
  expect(countNatives().live).toBeGreaterThan(0);
  for (const pair of pairs) pair.close();
  await untilNothing();
});

it('R-034 nothing native is left when both sides close a channel at the same moment', async () => {
  const pair = new NativePair();
  const [from, to] = await pair.connect();
  from.close();
  to.close();
  await pair.pollFor(50);
  pair.close();
  await untilNothing();
});

it('R-034 a connection with several open channels waits for their ends to be told, but for one that has failed', () => {
  vi.useFakeTimers();
  try {
    const closed: string[] = [];
    const ending = (state: RTCPeerConnectionState): Parameters<typeof closeConnection>[0] => ({
      close: () => closed.push(state),
      rtt: () => 20,
      state: () => state,
    });
    closeConnection(ending('connected'), 2);
    closeConnection(ending('failed'), 2);
    closeConnection(ending('connecting'), 1);
    vi.advanceTimersByTime(139);
    expect(closed).toEqual(['failed', 'connecting']);
    vi.advanceTimersByTime(1);
    expect(closed).toEqual(['failed', 'connecting', 'connected']);
  } finally {
    vi.useRealTimers();
  }
});

it('R-033 a missing addon is told of in one line', async () => {
  const message = "Cannot find module 'node-datachannel'\nRequire stack:\n- /somewhere/native-addon.js";
  const lines: string[] = [];
  vi.resetModules();
  vi.doMock('node:module', () => ({
    createRequire: () => () => {
      throw Object.assign(new Error(message), { code: 'MODULE_NOT_FOUND' });
    },
  }));
  const log = await import('../../src/core/log.js');
  log.setLogSink((_level, _name, text) => lines.push(text));
  const { loadAddon } = await import('../../src/extension/native/native-addon.js');
  vi.doUnmock('node:module');
  expect([loadAddon(), loadAddon()]).toEqual([Err.ERR_UNCONFIGURED, Err.ERR_UNCONFIGURED]);
  expect(lines).toEqual([
    "WebRTC needs the package node-datachannel (npm install node-datachannel): Cannot find module 'node-datachannel'",
  ]);
});
