import { afterEach, describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { setErrorHandler } from '../../src/core/fail.js';
import { PeerConnectionBindings } from '../../src/extension/bindings.js';
import { makeTrackInfo } from '../../src/extension/bindings-sources.js';
import type { RtcConnectionCallbacks, RtcSource } from '../../src/extension/bindings-types.js';
import type { Handle } from '../../src/extension/handles.js';
import { audioTrack, videoTrack, WrtcExtension } from './support/wrtc.js';

const bindings = new PeerConnectionBindings(WrtcExtension);
const handles: Handle[] = [];

interface FlatEnd {
  readonly handle: Handle;
  readonly heard: string[];
  readonly sources: RtcSource[];
}

/** Two flat connections that tell each other what they have to. */
function flatPair(): [FlatEnd, FlatEnd] {
  const ends: FlatEnd[] = [];
  for (const at of [0, 1]) {
    const heard: string[] = [];
    const sources: RtcSource[] = [];
    const other = (): Handle => (ends[1 - at] as FlatEnd).handle;
    const callbacks: RtcConnectionCallbacks<string> = {
      version: 1,
      context: `end ${at}`,
      onError: (message) => heard.push(message),
      onConnected: () => heard.push('connected'),
      onDisconnected: () => {},
      onDataChannelReceived: () => {},
      onLocalDescriptionCreated: (type, sdp) => {
        bindings.connectionSetLocalDescription((ends[at] as FlatEnd).handle, type, sdp);
        bindings.connectionSetRemoteDescription(other(), type, sdp);
      },
      onLocalIceCandidateFound: (candidate) => bindings.connectionAddRemoteIceCandidate(other(), candidate),
      onIceGatheringCompleted: () => {},
      onStateChanged: () => {},
      onTrackAdded: (source, streamIds, context) => {
        sources.push(source);
        heard.push(`+${source.kind} ${streamIds} ${context}`);
      },
      onTrackRemoved: (source, context) =>
        heard.push(`-${sources.findIndex(({ handle }) => handle === source)} ${context}`),
    };
    const { handle } = bindings.connectionCreate({ version: 1, iceServers: [] }, callbacks);
    handles.push(handle);
    ends.push({ handle, heard, sources });
  }
  return ends as [FlatEnd, FlatEnd];
}

async function until(ends: readonly FlatEnd[], holds: () => boolean): Promise<void> {
  const end = performance.now() + 15_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never came true: ${holds}`);
    for (const { handle } of ends) bindings.connectionProcessEvents(handle);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

afterEach(() => {
  for (const handle of handles.splice(0)) bindings.connectionDestroy(handle);
  setErrorHandler(null);
});

describe('flat tracks', () => {
  it('S1-04 S1-12 S1-23 S1-24 S1-46 S2-08 S2-09 S2-26 S2-27 S2-32 S2-33 S2-50 S2-51 sources come and go by handle', async () => {
    const ends = flatPair();
    const [one, two] = ends;
    const sound = bindings.sourceCreate(audioTrack()).value as RtcSource;
    const picture = bindings.sourceCreate(videoTrack()).value as RtcSource;
    expect(bindings.connectionAddLocalSourceTrackEx(one.handle, sound.handle, makeTrackInfo(['voice', 'team']))).toBe(
      Err.OK,
    );
    expect(bindings.connectionAddLocalSourceTrackEx(one.handle, picture.handle, makeTrackInfo(null))).toBe(Err.OK);
    expect(bindings.connectionCreateOffer(one.handle)).toBe(Err.OK);
    await until(ends, () => ends.every(({ heard }) => heard.includes('connected')) && two.sources.length === 2);
    expect(two.heard.filter((line) => line.startsWith('+'))).toEqual([
      '+0 voice,team end 1',
      '+1 unknown_remote end 1',
    ]);
    expect(two.sources[0]?.trackId).toBe(sound.trackId);
    expect(bindings.connectionRemoveLocalSourceTrack(one.handle, sound.handle)).toBe(Err.OK);
    expect(bindings.connectionCreateOffer(one.handle, { renegotiate: true })).toBe(Err.OK);
    await until(ends, () => two.heard.includes('-0 end 1'));
    expect(bindings.connectionRemoveLocalSourceTrack(one.handle, sound.handle)).toBe(Err.ERR_DOES_NOT_EXIST);
  });

  it('S1-33 S2-78 S2-79 S2-80 S2-81 S2-82 S2-83 the info of a track is filled with what is missing', () => {
    expect(makeTrackInfo()).toEqual({ version: 1, streams: [], trackId: '' });
    expect(makeTrackInfo(null, 'x')).toEqual({ version: 1, streams: [], trackId: 'x' });
    const names = ['a', 'b'];
    const info = makeTrackInfo(names);
    names.push('c');
    expect([info.streams.length, info.streams]).toEqual([2, ['a', 'b']]);
  });

  it('S1-34 S2-103 R-062 R-065 R-068 sources have handles; unknown ones, and other versions, are refused', () => {
    setErrorHandler(() => {});
    const [{ handle }] = flatPair();
    const native = audioTrack();
    const { error, value } = bindings.sourceCreate(native);
    expect([error, value?.kind, value?.trackId, value?.native === native]).toEqual([Err.OK, 0, native.id, true]);
    const source = value?.handle ?? 0;
    for (const nothing of [null, undefined, 7, {}, { id: 'x', kind: 'text' }]) {
      expect(bindings.sourceCreate(nothing)).toEqual({ error: Err.ERR_INVALID_PARAMETER, value: null });
    }
    expect(bindings.connectionAddLocalSourceTrackEx(handle, 0, makeTrackInfo())).toBe(Err.ERR_DOES_NOT_EXIST);
    expect(bindings.connectionAddLocalSourceTrackEx(0, source, makeTrackInfo())).toBe(Err.ERR_DOES_NOT_EXIST);
    const newer = { ...makeTrackInfo(), version: 2 } as never;
    expect(bindings.connectionAddLocalSourceTrackEx(handle, source, newer)).toBe(Err.ERR_INVALID_PARAMETER);
    expect(bindings.connectionAddLocalSourceTrackEx(handle, source, null as never)).toBe(Err.ERR_INVALID_PARAMETER);
    expect([bindings.sourceDestroy(source), bindings.sourceDestroy(source)]).toEqual([Err.OK, Err.ERR_DOES_NOT_EXIST]);
    expect(bindings.connectionRemoveLocalSourceTrack(handle, source)).toBe(Err.ERR_DOES_NOT_EXIST);
  });
});
