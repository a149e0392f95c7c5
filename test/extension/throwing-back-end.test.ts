import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { WebRTCPeerConnection } from '../../src/extension/webrtc-peer-connection.js';
import { WebRTCPeerConnectionExtension } from '../../src/extension/webrtc-peer-connection-extension.js';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, candidateNo, type FakeChannel, OFFER, Stand } from '../support/fake-extension.js';

const errors = recordErrors();

const { OK, FAILED } = Err;

const throws = (): never => {
  throw new Error('boom');
};
const TOLD = [expect.stringContaining('boom')];
const told = (): string[] => errors.map(({ text }) => text);

describe('a back end that throws', () => {
  it.each<[string, (stand: Stand) => unknown]>([
    ['_createOffer', ({ connection }) => connection.createOffer()],
    ['_createAnswer', ({ connection }) => connection.setRemoteDescription('offer', OFFER)],
    ['_setRemoteDescription', ({ connection }) => connection.setRemoteDescription('offer', OFFER)],
    ['_restartIce', ({ connection }) => connection.restartIce()],
    ['_updateIce', ({ connection }) => connection.updateIce({ iceServers: [] })],
    ['_initialize', ({ connection }) => connection.initialize()],
  ])('gives FAILED and one report: %s', (method, call) => {
    const stand = new Stand({}, { iceRestart: true, reconfigure: true });
    stand.open();
    stand.backEnd.during[method] = throws;
    expect(call(stand)).toBe(FAILED);
    expect(told()).toEqual(TOLD);
  });

  it('is heard again afterwards, and does not reach the caller of the other calls', () => {
    const stand = new Stand();
    stand.open();
    Object.assign(stand.backEnd.during, { _createOffer: throws, _createDataChannel: throws, _poll: throws });
    stand.connection.createOffer();
    expect(stand.connection.createDataChannel('more')).toBeNull();
    stand.fake.report.failed('candidate', 'still here');
    expect([stand.connection.poll(), stand.signals.at(-1)]).toEqual([OK, 'error_occurred still here']);
    stand.backEnd.during._close = throws;
    expect(() => stand.connection.close()).not.toThrow();
    expect(stand.states).toEqual([5, 0, 5]);
  });

  it('R-024 does not stop the other candidates that waited', () => {
    const stand = new Stand();
    for (const n of [1, 2]) stand.connection.addIceCandidate('data', 0, candidateNo(n));
    stand.backEnd.during._addIceCandidate = throws;
    expect(stand.connection.setRemoteDescription('offer', ANSWER)).toBe(OK);
    expect(stand.fake.calls.filter((call) => call.startsWith('_add'))).toHaveLength(2);
  });

  it('while it is made gives FAILED and one report', () => {
    class Broken extends WebRTCPeerConnectionExtension {
      override readonly capabilities = throws();
    }
    const connection = new WebRTCPeerConnection({ extension: Broken });
    expect([connection.initialize(), connection.getConnectionState()]).toEqual([FAILED, 5]);
    expect(told()).toEqual([...TOLD, ...TOLD]);
  });

  it('when it is asked for what it knows has nothing to tell', async () => {
    const stand = new Stand();
    stand.backEnd.during['_getStats'] = throws;
    stand.backEnd.during['_getSelectedCandidatePair'] = throws;
    expect(stand.connection.getSelectedCandidate()).toBeNull();
    expect(await stand.connection.getStats()).toMatchObject({ error: FAILED, bytesSent: 0, selectedPair: null });
    stand.fake._getStats = () => Promise.reject(new Error('boom, later'));
    expect(await stand.connection.getStats()).toMatchObject({ error: FAILED });
    expect(told()).toEqual([...TOLD, ...TOLD, ...TOLD]);
  });
});

describe('a channel of a back end that throws', () => {
  /** An open channel; from now on every call of its back end throws. */
  function broken(): ReturnType<Stand['open']> & { stand: Stand } {
    const stand = new Stand();
    const { channel, fake } = stand.open();
    stand.connected();
    fake.report.opened(1, 100);
    stand.poll();
    for (const method of ['_putPacket', '_putText', '_close', '_getBufferedAmount', '_poll'] as const) {
      (fake as FakeChannel)[method] = throws;
    }
    return { stand, channel, fake };
  }

  it.each<[string, (channel: ReturnType<typeof broken>['channel']) => unknown, unknown]>([
    ['putPacket', (channel) => channel.putPacket(new Uint8Array(1)), FAILED],
    [
      'putPacket of text',
      (channel) => {
        channel.setWriteMode(0);
        return channel.putPacket(new Uint8Array([65]));
      },
      FAILED,
    ],
    ['getBufferedAmount', (channel) => channel.getBufferedAmount(), 0],
    ['poll', (channel) => channel.poll(), OK],
    ['close', (channel) => channel.close(), undefined],
  ])('%s gives its answer and one report', (_name, call, answer) => {
    expect(call(broken().channel)).toBe(answer);
    expect(told()).toEqual(TOLD);
  });

  it('ends with its connection', () => {
    const { stand, channel } = broken();
    channel.close();
    expect(channel.getReadyState()).toBe(2);
    expect(() => stand.connection.close()).not.toThrow();
    expect(channel.getReadyState()).toBe(3);
  });
});
