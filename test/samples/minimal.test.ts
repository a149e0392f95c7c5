import { WebRTCPeerConnection } from 'scenewire';
import { LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { afterEach, expect, it } from 'vitest';
import { MinimalExample } from '../../samples/minimal/sim.js';
import { inRoot } from '../../scripts/lib/paths.js';
import { expectNoLingering } from '../hostile/support/lingering.js';
import { runProgram } from './support/run-program.js';

afterEach(() => void WebRTCPeerConnection.setDefaultExtension(null));

it('the minimal example connects and says hello both ways, frame by frame', () => {
  WebRTCPeerConnection.setDefaultExtension(new LoopbackNetwork({ clock: new ManualClock() }).Extension);
  const example = new MinimalExample();
  expect(example.p1.status).toEqual({
    connection: 'STATE_NEW',
    signaling: 'SIGNALING_STATE_STABLE',
    canSend: false,
  });
  example.ready();
  for (let frame = 0; frame < 20 && !example.isDone; frame += 1) example.process();
  expect(example.p1.received).toEqual(['Hi from P2']);
  expect(example.p2.received).toEqual(['Hi from P1']);
  expect(example.p2.status).toEqual({
    connection: 'STATE_CONNECTED',
    signaling: 'SIGNALING_STATE_STABLE',
    canSend: true,
  });
  example.close();
  expect(example.p1.status.connection).toBe('STATE_CLOSED');
});

it('headless.ts runs on the native back end and the process ends by itself', async () => {
  const { code, lines, lingeredMs } = await runProgram(inRoot('samples/minimal/headless.ts'));
  expect(lines).toEqual(['P1 received: Hi from P2', 'P2 received: Hi from P1']);
  expect(code).toBe(0);
  expectNoLingering([lingeredMs]);
});
