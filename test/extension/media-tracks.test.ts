import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { setErrorHandler } from '../../src/core/fail.js';
import { LIFE } from '../../src/extension/connection-queries.js';
import { openMedia } from '../../src/extension/media/connection-media.js';
import { LocalTracks } from '../../src/extension/media/local-tracks.js';
import { DEFAULT_REMOTE_STREAM_ID, TrackType } from '../../src/extension/media/media-types.js';
import { W3CMedia } from '../../src/extension/media/w3c-media.js';
import { WebRTCMediaStream } from '../../src/extension/media/webrtc-media-stream.js';
import { WebRTCMediaTrack } from '../../src/extension/media/webrtc-media-track.js';
import { WebRTCPeerConnection } from '../../src/extension/webrtc-peer-connection.js';
import { audioTrack, TrackPair, videoTrack, WrtcExtension, wrtc } from './support/wrtc.js';

let pair: TrackPair;
let errors: string[];
beforeEach(() => {
  errors = [];
  setErrorHandler((text) => errors.push(text));
  pair = new TrackPair();
});
afterEach(() => {
  pair.close();
  setErrorHandler(null);
});

describe('remote tracks', () => {
  it('S0-34 S2-126 S2-127 R-047 C-35 a track without a stream is in unknown_remote, and so is the next one', async () => {
    pair.a.addLocalTrack(audioTrack());
    pair.a.addLocalTrack(videoTrack());
    await pair.connect();
    await pair.until(() => pair.heard('b').length === 3);
    expect(pair.heard('b')).toEqual(['+stream unknown_remote', '+audio unknown_remote', '+video unknown_remote']);
    const [stream] = pair.b.getRemoteStreams();
    expect(stream?.id).toBe(DEFAULT_REMOTE_STREAM_ID);
    expect(stream?.getTracks().map(({ kind }) => kind)).toEqual([TrackType.TRACK_AUDIO, TrackType.TRACK_VIDEO]);
  });

  it('S0-24 S2-133 R-050 a track in several streams is told once with all of them; a name given twice counts once', async () => {
    pair.a.addLocalTrack(audioTrack(), ['voice', 'team', 'voice']);
    await pair.connect();
    await pair.until(() => pair.heard('b').length === 3);
    expect(pair.heard('b')).toEqual(['+stream voice', '+stream team', '+audio voice,team']);
  });

  it('S2-128 S2-129 S2-130 R-048 R-049 a stream is one object; its first track of a kind is active before it is told', async () => {
    const active: (string | undefined)[] = [];
    pair.b.track_added.connect(([stream]) => active.push(stream?.activeAudioTrack?.id, stream?.activeVideoTrack?.id));
    const [first, second, picture] = [audioTrack(), audioTrack(), videoTrack()];
    pair.a.addLocalTrack(first, ['one']);
    await pair.connect();
    await pair.until(() => active.length === 2);
    const [before] = pair.b.getRemoteStreams();
    pair.a.addLocalTrack(second, ['one']);
    pair.a.addLocalTrack(picture, ['one']);
    await pair.until(() => active.length === 6);
    expect(active).toEqual([first.id, undefined, first.id, undefined, first.id, picture.id]);
    expect(pair.b.getRemoteStreams()).toEqual([before]);
    expect(pair.b.getRemoteStreams()[0] === before).toBe(true);
  });

  it('S0-35 S2-131 S2-132 R-051 C-36 removal empties the active slot; the stream goes, and comes back as the same object', async () => {
    const [first, second] = [audioTrack(), audioTrack()];
    pair.a.addLocalTrack(first, ['one', 'two']);
    await pair.connect();
    await pair.until(() => pair.b.getRemoteStreams().length === 2);
    pair.a.addLocalTrack(second, ['one']);
    await pair.until(() => pair.heard('b').length === 4);
    const [one, two] = pair.b.getRemoteStreams();
    const track = one?.activeAudioTrack as WebRTCMediaTrack;
    expect(track.parentConnection === pair.b).toBe(true);
    pair.a.removeLocalTrack(first);
    await pair.until(() => pair.heard('b').length === 6);
    expect(pair.heard('b').slice(4)).toEqual(['-audio one,two', '-stream two']);
    expect([one?.activeAudioTrack, track.parentConnection, pair.b.containsTrack(track)]).toEqual([null, null, false]);
    expect(pair.b.getRemoteStreams()).toEqual([one]);
    pair.a.addLocalTrack(audioTrack(), ['two']);
    await pair.until(() => pair.heard('b').length === 8);
    expect(pair.b.getRemoteStreams()[1] === two).toBe(true);
    expect(two?.getTracks()).toHaveLength(1);
  });

  it('S3-12 S3-20 S3-58 S3-59 R-052 lists and signals change in one poll: stream then track, track then stream', async () => {
    const lists: number[] = [];
    pair.b.stream_added.connect(() => lists.push(pair.b.getRemoteStreams().length));
    pair.b.track_removed.connect(() => lists.push(pair.b.getRemoteStreams().length));
    const track = audioTrack();
    pair.a.addLocalTrack(track, ['voice']);
    await pair.connect();
    await pair.until(() => lists.length === 1);
    pair.a.removeLocalTrack(track);
    await pair.until(() => pair.heard('b').length === 4);
    expect(pair.heard('b')).toEqual(['+stream voice', '+audio voice', '-audio voice', '-stream voice']);
    expect(lists).toEqual([1, 0]);
  });

  it('S2-134 R-051 what is removed twice, or was never there, is told once or never', async () => {
    const track = audioTrack();
    await pair.connect();
    pair.a.addLocalTrack(track, ['voice']);
    await pair.until(() => pair.heard('b').length === 2);
    expect([pair.a.removeLocalTrack(track), pair.a.removeLocalTrack(track)]).toEqual([Err.OK, Err.ERR_DOES_NOT_EXIST]);
    pair.a.addLocalTrack(videoTrack());
    await pair.until(() => pair.heard('b').includes('+video unknown_remote'));
    expect(pair.heard('b').filter((line) => line.startsWith('-audio'))).toHaveLength(1);
  });
});

describe('local tracks', () => {
  it('S0-04 S0-06 S3-51 add: once; a source and its handle are the same track; what is none is refused', async () => {
    await pair.loaded();
    const source = audioTrack();
    const track = WebRTCMediaTrack.fromMediaStreamTrack(source);
    expect(pair.a.addLocalTrack(track, ['voice'])).toBe(Err.OK);
    expect([pair.a.addLocalTrack(source), pair.a.addLocalTrack(track)]).toEqual([
      Err.ERR_ALREADY_EXISTS,
      Err.ERR_ALREADY_EXISTS,
    ]);
    expect([pair.a.containsTrack(track), pair.a.containsTrack(source), pair.b.containsTrack(track)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([track.parentConnection, track.kind, track.id, track.handle > 0]).toEqual([null, 0, source.id, true]);
    for (const nothing of [null, undefined, {}, { id: 'x', kind: 'text' }, 'track']) {
      expect(pair.a.addLocalTrack(nothing as never)).toBe(Err.ERR_INVALID_PARAMETER);
    }
    expect(pair.a.addLocalTrack(audioTrack(), ['with a blank'])).toBe(Err.ERR_INVALID_PARAMETER);
    expect(errors).toHaveLength(8);
  });

  it('S0-13 remove: an unknown track does not exist', async () => {
    await pair.loaded();
    expect(pair.a.removeLocalTrack(audioTrack())).toBe(Err.ERR_DOES_NOT_EXIST);
    const track = audioTrack();
    pair.b.addLocalTrack(track);
    expect(pair.a.removeLocalTrack(track)).toBe(Err.ERR_DOES_NOT_EXIST);
  });

  it('S3-11 S3-27 S3-34 S3-50 streams: all tracks at once, in the lists, once, and back', async () => {
    await pair.loaded();
    const stream = new WebRTCMediaStream(
      'room',
      [audioTrack(), videoTrack()].map(WebRTCMediaTrack.fromMediaStreamTrack),
    );
    expect([pair.a.addStream(stream), pair.a.addStream(stream)]).toEqual([Err.OK, Err.ERR_ALREADY_EXISTS]);
    const browserStream = new wrtc.MediaStream([audioTrack()]);
    expect(pair.a.addStream(browserStream)).toBe(Err.OK);
    expect(pair.a.getLocalStreams().map(({ id }) => id)).toEqual(['room', browserStream.id]);
    await pair.connect();
    await pair.until(() => pair.heard('b').length === 5);
    expect(pair.b.getRemoteStreams().map(({ id }) => id)).toEqual(['room', browserStream.id]);
    expect([pair.a.removeStream(stream), pair.a.removeStream(stream)]).toEqual([Err.OK, Err.ERR_DOES_NOT_EXIST]);
    await pair.until(() => pair.b.getRemoteStreams().length === 1);
    expect(pair.a.getLocalStreams().map(({ id }) => id)).toEqual([browserStream.id]);
    expect(stream.getTracks()).toHaveLength(2);
  });

  it('S0-04 R-031 after close: ERR_UNCONFIGURED, empty lists', async () => {
    const track = audioTrack();
    pair.a.addLocalTrack(track, ['voice']);
    await pair.connect();
    await pair.until(() => pair.b.getRemoteStreams().length === 1);
    const [stream] = pair.b.getRemoteStreams();
    const remote = stream?.getTracks()[0] as WebRTCMediaTrack;
    pair.close();
    for (const err of [pair.a.addLocalTrack(track), pair.a.removeLocalTrack(track), pair.a.removeStream({} as never)]) {
      expect(err).toBe(Err.ERR_UNCONFIGURED);
    }
    expect([pair.b.getRemoteStreams(), remote.parentConnection]).toEqual([[], null]);
  });

  it('C-11 a track alone is enough for an offer', async () => {
    await pair.loaded();
    expect(pair.a.createOffer()).toBe(Err.FAILED);
    pair.a.addLocalTrack(audioTrack());
    expect(pair.a.createOffer()).toBe(Err.OK);
    await pair.until(() => pair.b.getRemoteStreams().length === 1);
  });

  it('a bare track of the browser waits for the part that is loaded on demand, and so does the offer', async () => {
    pair.a.addLocalTrack(audioTrack(), ['voice']);
    expect(pair.a.createOffer()).toBe(Err.OK);
    expect(pair.a.getLocalStreams()).toEqual([]);
    await pair.until(() => pair.heard('b').length === 2);
    expect(pair.a.getLocalStreams().map(({ id }) => id)).toEqual(['voice']);
  });

  it('another source takes the place of a track without a new offer', async () => {
    const [first, second] = [audioTrack(), audioTrack()];
    pair.a.addLocalTrack(first, ['voice']);
    await pair.connect();
    await pair.until(() => pair.heard('b').length === 2);
    const offers = pair.offers;
    expect(pair.a.replaceLocalTrack(first, second)).toBe(Err.OK);
    expect([pair.a.containsTrack(first), pair.a.containsTrack(second)]).toEqual([false, true]);
    expect(pair.a.replaceLocalTrack(second, videoTrack())).toBe(Err.ERR_INVALID_PARAMETER);
    pair.a.removeLocalTrack(second);
    await pair.until(() => pair.heard('b').length === 4);
    expect(pair.offers).toBe(offers + 1);
  });
});

describe('negotiation_needed', () => {
  it('S3-18 S3-42 S3-60 S3-62 R-054 follows track and stream calls, once for several, also for a removal', async () => {
    await pair.connect();
    const needed: number[] = [];
    pair.a.negotiation_needed.connect(() => needed.push(pair.frames));
    await pair.loaded();
    const stream = new WebRTCMediaStream('room', [WebRTCMediaTrack.fromMediaStreamTrack(audioTrack())]);
    pair.a.addStream(stream);
    pair.a.addLocalTrack(videoTrack());
    pair.a.poll();
    expect(needed).toHaveLength(1);
    await pair.until(() => pair.heard('b').length === 4);
    pair.a.removeStream(stream);
    pair.a.poll();
    expect(needed).toHaveLength(2);
    await pair.until(() => pair.b.getRemoteStreams().length === 1);
    await pair.spin(20);
    expect(needed).toHaveLength(2);
  });

  it('R-054 waits while an exchange is under way, and does not come when that has covered the track', async () => {
    await pair.loaded();
    let needed = 0;
    pair.a.createDataChannel('game');
    pair.a.poll();
    pair.a.negotiation_needed.connect(() => {
      needed += 1;
    });
    pair.a.addLocalTrack(audioTrack(), ['voice']);
    pair.a.createOffer();
    await pair.until(() => pair.heard('b').length === 2 && pair.a.isPeerConnected());
    await pair.spin(20);
    expect(needed).toBe(0);
  });

  it('R-054 a track that is added while the answer is under way is offered afterwards', async () => {
    await pair.connect();
    pair.a.addLocalTrack(audioTrack(), ['first']);
    let isAdded = false;
    pair.a.signaling_state_changed.connect((state) => {
      if (state === 1 && !isAdded) pair.a.addLocalTrack(videoTrack(), ['second']);
      isAdded ||= state === 1;
    });
    await pair.until(() => pair.b.getRemoteStreams().length === 2);
    expect(pair.b.getRemoteStreams().map(({ id }) => id)).toEqual(['first', 'second']);
  });
});

describe('a stream', () => {
  const track = (kind: string): WebRTCMediaTrack =>
    WebRTCMediaTrack.fromMediaStreamTrack({ id: kind, kind, enabled: true });

  it('S2-109 S2-110 selects and unselects its own tracks only', () => {
    const [one, two, other] = [track('audio'), track('audio'), track('audio')];
    const stream = new WebRTCMediaStream('room', [one, two]);
    expect(stream.activeAudioTrack).toBe(one);
    expect([stream.selectTrack(two), stream.selectTrack(other), stream.unSelectTrack(other)]).toEqual([
      Err.OK,
      Err.ERR_DOES_NOT_EXIST,
      Err.ERR_DOES_NOT_EXIST,
    ]);
    expect(stream.activeAudioTrack).toBe(two);
    expect([stream.unSelectTrack(one), stream.activeAudioTrack === two]).toEqual([Err.OK, true]);
    expect([stream.unSelectTrack(two), stream.activeAudioTrack]).toEqual([Err.OK, null]);
  });

  it('S2-112 tells kinds apart, and enables its source', () => {
    const picture = track('video');
    expect([track('audio').kind, picture.kind]).toEqual([TrackType.TRACK_AUDIO, TrackType.TRACK_VIDEO]);
    picture.enabled = false;
    expect([picture.enabled, (picture.source as { enabled: boolean }).enabled]).toEqual([false, false]);
  });
});

it('S3-33 S3-65 R-056 getStats of a track counts its bytes; of a track of somebody else there is nothing', async () => {
  pair.a.addLocalTrack(audioTrack(), ['voice']);
  await pair.connect();
  await pair.until(() => pair.b.getRemoteStreams().length === 1);
  const remote = pair.b.getRemoteStreams()[0]?.getTracks()[0] as WebRTCMediaTrack;
  const stats = await pair.b.getStats(remote);
  expect([stats.error, typeof stats.bytesReceived]).toEqual([Err.OK, 'number']);
  expect((await pair.a.getStats(remote)).error).toBe(Err.ERR_DOES_NOT_EXIST);
});

it('R-046 a back end that tells of a track that is none: one report, no signal, nothing stored', async () => {
  const connection = new WebRTCPeerConnection({ extension: WrtcExtension });
  const life = connection[LIFE];
  if (life === null) throw new Error('not initialized');
  const media = openMedia({
    signals: connection,
    isClosed: false,
    isAtRest: true,
    reports: life.reports,
    needsNegotiation: null,
    tell: () => {},
    extension: {
      _openMedia: () => ({
        received: () => [{ section: '0', source: null as never, streams: [] }],
        addTrack: () => Err.OK,
        removeTrack: () => Err.OK,
        replaceTrack: () => Err.OK,
        isOfferDue: false,
        written: (sdp) => sdp,
        read: (sdp) => sdp,
        stats: () => Promise.reject(new Error('never asked')),
      }),
    },
  });
  const heard: unknown[] = [];
  connection.track_added.connect((...args) => heard.push(args));
  connection.stream_added.connect((stream) => heard.push(stream));
  media?.noteReceived();
  connection.poll();
  expect([heard, media?.remoteStreams, errors.length]).toEqual([[], [], 1]);
  connection.close();
});

it('R-053 a back end without tracks: ERR_UNAVAILABLE, empty lists, no effect', async () => {
  const connection = new WebRTCPeerConnection();
  const track = WebRTCMediaTrack.fromMediaStreamTrack({ id: 'x', kind: 'audio', enabled: true });
  const stream = new WebRTCMediaStream('s', [track]);
  expect(connection.getCapabilities().media).toBe(false);
  for (const err of [
    connection.addLocalTrack(track),
    connection.removeLocalTrack(track),
    connection.addStream(stream),
    connection.removeStream(stream),
  ]) {
    expect(err).toBe(Err.ERR_UNAVAILABLE);
  }
  expect([connection.containsTrack(track), connection.getLocalStreams(), connection.getRemoteStreams()]).toEqual([
    false,
    [],
    [],
  ]);
  expect((await connection.getStats(track)).error).toBe(Err.ERR_UNAVAILABLE);
  connection.close();
});

it('what takes the place of a track that is on hold is put on the sender only when the hold is over', () => {
  const put: (string | null)[] = [];
  const sender = {
    track: null,
    replaceTrack: (track: { id: string } | null) => {
      put.push(track?.id ?? null);
      return Promise.resolve();
    },
  };
  const connection = { getTransceivers: () => [], addTrack: () => sender };
  const tracks = new LocalTracks(
    new W3CMedia(
      () => connection,
      () => {},
    ),
  );
  const [first, second] = ['first', 'second'].map((id) => ({ id, kind: 'audio', enabled: true }));
  tracks.add(first, ['voice']);
  tracks.hold(first, true);
  expect([tracks.replace(first, second), put.splice(0)]).toEqual([Err.OK, [null, null]]);
  tracks.hold(second, false);
  expect([put, tracks.has(first), tracks.has(second)]).toEqual([['second'], false, true]);
});

it('a description that was asked for before a track was taken back still names its streams', () => {
  const sender = { track: null, replaceTrack: () => Promise.resolve() };
  const receiver = { track: { kind: 'audio' } };
  const transceiver = { mid: '0', sender, receiver, direction: 'sendrecv', currentDirection: 'sendrecv' };
  const connection = { getTransceivers: () => [transceiver], removeTrack: () => {} };
  const media = new W3CMedia(
    () => connection,
    () => {},
  );
  const source = { id: 'mic', kind: 'audio', enabled: true };
  const described = (direction: string): string =>
    media.written(`v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=${direction}\r\n`);
  media.addTrack(source, ['voice']);
  expect(described('sendrecv')).toContain('a=msid:voice mic');
  media.removeTrack(source);
  expect(described('sendrecv')).toContain('a=msid:voice mic');
  expect(described('recvonly')).not.toContain('a=msid');
});
