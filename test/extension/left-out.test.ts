import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { LogLevel, setLogSink } from '../../src/core/log.js';
import { WebRTCDataChannelExtension } from '../../src/extension/webrtc-data-channel-extension.js';
import { WebRTCPeerConnection } from '../../src/extension/webrtc-peer-connection.js';
import { WebRTCPeerConnectionExtension } from '../../src/extension/webrtc-peer-connection-extension.js';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, OFFER } from '../support/fake-extension.js';

recordErrors();

const warnings: string[] = [];

beforeEach(() => {
  warnings.length = 0;
  setLogSink((level, name, text) => {
    if (level === LogLevel.WARN) warnings.push(`${name}: ${text}`);
  });
});
afterEach(() => setLogSink(null));

const warned = (className: string, ...methods: readonly string[]): string[] =>
  methods.map((method) => `extension: ${className} does not override ${method}`);

describe('an extension that overrides nothing (R-073, C-37)', () => {
  it('gives closed connections, codes and null, and one warning in all', () => {
    class Nothing extends WebRTCPeerConnectionExtension {}
    for (let i = 0; i < 3; i += 1) {
      const connection = new WebRTCPeerConnection({ extension: Nothing });
      expect(connection.initialize()).toBe(Err.ERR_UNAVAILABLE);
      expect([connection.getConnectionState(), connection.getGatheringState(), connection.getSignalingState()]).toEqual(
        [5, 0, 5],
      );
      expect([connection.getIceConnectionState(), connection.createDataChannel('x'), connection.extension]).toEqual([
        6,
        null,
        null,
      ]);
      expect([connection.poll(), connection.createOffer(), connection.setRemoteOffer(OFFER)]).toEqual(
        Array(3).fill(Err.ERR_UNCONFIGURED),
      );
      connection.close();
    }
    expect(warnings).toEqual(warned('Nothing', '_initialize'));
  });

  it('answers every method with ERR_UNAVAILABLE or null, with one warning per method', async () => {
    class Bare extends WebRTCPeerConnectionExtension {}
    for (let i = 0; i < 2; i += 1) {
      const bare = new Bare();
      const codes = [
        bare._initialize({} as never),
        bare._createOffer({}),
        bare._createAnswer(),
        bare._setLocalDescription('offer', OFFER),
        bare._setRemoteDescription('offer', OFFER),
        bare._addIceCandidate('0', 0, 'candidate:'),
        bare._restartIce(),
        bare._updateIce({} as never),
      ];
      expect(codes).toEqual(codes.map(() => Err.ERR_UNAVAILABLE));
      expect([bare._createDataChannel('x', {} as never), bare._getSelectedCandidatePair()]).toEqual([null, null]);
      expect([bare._close(), bare._poll()]).toEqual([undefined, undefined]);
      await expect(bare._getStats()).resolves.toMatchObject({ error: Err.ERR_UNAVAILABLE, roundTripTimeMs: -1 });
    }
    const required = ['_initialize', '_createOffer', '_createAnswer', '_setLocalDescription', '_setRemoteDescription'];
    expect(warnings).toEqual(warned('Bare', ...required, '_addIceCandidate', '_createDataChannel', '_close'));
  });

  it('warns for each class of its own', () => {
    class One extends WebRTCPeerConnectionExtension {}
    class Two extends WebRTCPeerConnectionExtension {}
    for (const extension of [One, Two, One]) new WebRTCPeerConnection({ extension });
    expect(warnings).toEqual([...warned('One', '_initialize'), ...warned('Two', '_initialize')]);
  });
});

describe('an extension that overrides a part (R-073)', () => {
  it('hands the codes of the rest on, and the states stay as they were', () => {
    class OnlyBegins extends WebRTCPeerConnectionExtension {
      override _initialize(): Err {
        return Err.OK;
      }
    }
    const connection = new WebRTCPeerConnection({ extension: OnlyBegins });
    expect([connection.createDataChannel('x'), connection.setRemoteDescription('offer', OFFER)]).toEqual([
      null,
      Err.ERR_UNAVAILABLE,
    ]);
    expect([connection.getConnectionState(), connection.getSignalingState(), connection.poll()]).toEqual([
      0,
      0,
      Err.OK,
    ]);
    expect([connection.restartIce(), connection.getSelectedCandidatePair()]).toEqual([Err.ERR_UNAVAILABLE, null]);
    connection.close();
    expect(warnings).toEqual(warned('OnlyBegins', '_createDataChannel', '_setRemoteDescription', '_close'));
  });

  it('answers what needs an answer only', () => {
    class NoAnswer extends WebRTCPeerConnectionExtension {
      override _initialize(): Err {
        return Err.OK;
      }
      override _setRemoteDescription(): Err {
        return Err.OK;
      }
    }
    const connection = new WebRTCPeerConnection({ extension: NoAnswer, configuration: { autoAnswer: false } });
    expect(connection.setRemoteDescription('answer', ANSWER)).toBe(Err.FAILED);
    expect(connection.setRemoteDescription('offer', OFFER)).toBe(Err.OK);
    expect(connection.createAnswer()).toBe(Err.ERR_UNAVAILABLE);
    expect(warnings).toEqual(warned('NoAnswer', '_createAnswer'));
  });
});

describe('a channel extension that overrides nothing (R-073, C-37)', () => {
  it('answers put with FAILED, with one warning per method, and has no bytes waiting', () => {
    class BareChannel extends WebRTCDataChannelExtension {}
    for (let i = 0; i < 2; i += 1) {
      const channel = new BareChannel();
      expect([channel._putPacket(Uint8Array.of(1)), channel._putText('a')]).toEqual([Err.FAILED, Err.FAILED]);
      expect([channel._close(), channel._poll(), channel._getBufferedAmount()]).toEqual([undefined, undefined, 0]);
    }
    expect(warnings).toEqual(warned('BareChannel', '_putPacket', '_putText', '_close'));
  });
});
