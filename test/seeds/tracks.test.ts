/** Rows of S0 to S3 about tracks and streams that no rule covers, on W3C's interface in Node. */
import { Err, NO_CAPABILITIES, WebRTCPeerConnection, WebRTCPeerConnectionExtension } from 'scenewire';
import {
  DEFAULT_REMOTE_STREAM_ID,
  type TrackSource,
  TrackType,
  WebRTCMediaStream,
  WebRTCMediaTrack,
} from 'scenewire/media';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { audioTrack, TrackPair, videoTrack } from '../extension/support/wrtc.js';

let pair: TrackPair;
beforeEach(() => {
  pair = new TrackPair();
});
afterEach(() => pair.close());

type Told = readonly [streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack];

it('S0-25 S0-58 S1-42 track signals carry streams and track and not the connection; a track that is removed is told', async () => {
  const added: Told[] = [];
  const removed: Told[] = [];
  pair.b.track_added.connect((...told) => void added.push(told));
  pair.b.track_removed.connect((...told) => void removed.push(told));
  const voice = audioTrack();
  pair.a.addLocalTrack(voice, ['team']);
  await pair.connect();
  await pair.until(() => added.length === 1);
  pair.a.removeLocalTrack(voice);
  await pair.until(() => removed.length === 1);
  for (const told of [...added, ...removed]) expect(told).toHaveLength(2);
  expect(removed[0]?.[0].map(({ id }) => id)).toEqual(['team']);
  expect(removed[0]?.[1] === added[0]?.[1]).toBe(true);
}, 30_000);

it('S0-45 S0-46 a stream is an object with an id and its tracks, a track one with a handle, an id and a kind', () => {
  const sources: TrackSource[] = [
    { id: 'voice', kind: 'audio', enabled: true },
    { id: 'screen', kind: 'video', enabled: true },
  ];
  const tracks = sources.map(WebRTCMediaTrack.fromMediaStreamTrack);
  const stream = new WebRTCMediaStream('room', tracks);
  expect([stream.id, stream.getTracks()]).toEqual(['room', tracks]);
  expect(tracks.map(({ id, kind }) => [id, kind])).toEqual([
    ['voice', TrackType.TRACK_AUDIO],
    ['screen', TrackType.TRACK_VIDEO],
  ]);
  expect(new Set(tracks.map(({ handle }) => handle)).size).toBe(2);
  expect(tracks.map(({ source }) => source)).toEqual(sources);
});

it('S2-120 what a back end tells of tracks is copied before it waits for the poll', async () => {
  const told = { section: '0', source: { id: 'x', kind: 'audio', enabled: true }, streams: ['one'] };
  class Telling extends WebRTCPeerConnectionExtension {
    override readonly capabilities = { ...NO_CAPABILITIES, media: true };
    received = [told];
    override _initialize(): Err {
      return Err.OK;
    }
    override _openMedia() {
      const accept = (): Err => Err.OK;
      const text = (sdp: string): string => sdp;
      const calls = { addTrack: accept, removeTrack: accept, replaceTrack: accept, written: text, read: text };
      return { ...calls, isOfferDue: false, received: () => this.received, stats: () => Promise.reject(new Error()) };
    }
    override _close(): void {}
    tell(): void {
      this.sink.tracksChanged();
    }
  }
  const connection = new WebRTCPeerConnection({ extension: Telling });
  connection.addLocalTrack({ id: 'own', kind: 'audio', enabled: true }, ['mine']);
  await expect.poll(() => connection.getLocalStreams().length).toBe(1);
  const extension = connection.extension as Telling;
  extension.tell();
  told.streams[0] = 'edited';
  extension.received.length = 0;
  connection.poll();
  expect(connection.getRemoteStreams().map(({ id }) => id)).toEqual(['one']);
  connection.close();
});

it('S2-84 S2-85 the default stream has its name, and names are plain texts with nothing to release', async () => {
  expect(DEFAULT_REMOTE_STREAM_ID).toBe('unknown_remote');
  await pair.loaded();
  const names = ['team'];
  pair.a.addLocalTrack(audioTrack(), names);
  names[0] = 'edited by the caller';
  expect(pair.a.getLocalStreams().map(({ id }) => id)).toEqual(['team']);
});

it('S2-98 S2-104 S2-105 S2-106 S2-107 S2-108 S3-25 S3-45 remote streams: by id, with their tracks and the active ones', async () => {
  const [voice, picture] = [audioTrack(), videoTrack()];
  pair.a.addLocalTrack(voice, ['one']);
  pair.a.addLocalTrack(picture, ['one', 'two']);
  expect(pair.b.getRemoteStreams()).toEqual([]);
  await pair.connect();
  await pair.until(() => pair.b.getRemoteStreams().length === 2 && pair.heard('b').length === 4);
  const [one, two] = pair.b.getRemoteStreams();
  expect([one?.id, two?.id]).toEqual(['one', 'two']);
  expect(one?.getTracks().map(({ id }) => id)).toEqual([voice.id, picture.id]);
  expect([one?.activeAudioTrack?.id, one?.activeVideoTrack?.id]).toEqual([voice.id, picture.id]);
  expect([two?.activeAudioTrack, two?.activeVideoTrack?.id]).toEqual([null, picture.id]);
  expect(pair.heard('b').filter((line) => line.startsWith('+stream'))).toEqual(['+stream one', '+stream two']);
}, 30_000);

it('S2-111 S2-113 S2-114 S3-46 a track has a handle and an owner; once it is gone it belongs to nobody', async () => {
  const [voice, other] = [audioTrack(), audioTrack()];
  pair.a.addLocalTrack(voice, ['one']);
  pair.a.addLocalTrack(other, ['two']);
  await pair.connect();
  await pair.until(() => pair.b.getRemoteStreams().length === 2);
  const tracks = pair.b.getRemoteStreams().flatMap((stream) => stream.getTracks());
  const [track] = tracks;
  expect(new Set(tracks.map(({ handle }) => handle)).size).toBe(2);
  expect(tracks.every(({ handle, kind }) => handle > 0 && kind === TrackType.TRACK_AUDIO)).toBe(true);
  expect(track?.parentConnection === pair.b).toBe(true);
  pair.a.removeLocalTrack(voice);
  await pair.until(() => pair.heard('b').includes('-stream one'));
  expect(track?.parentConnection).toBeNull();
  expect(pair.b.getRemoteStreams().map(({ id }) => id)).toEqual(['two']);
}, 30_000);
