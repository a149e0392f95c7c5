import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import { Err } from '../../src/core/err.js';
import { setErrorHandler } from '../../src/core/fail.js';
import { TrackType } from '../../src/extension/media/media-types.js';
import type { ConnectedPeer } from '../../src/multiplayer/connected-peer.js';
import type { MediaPort } from '../../src/multiplayer/media/media-port.js';
import { PeerMedia } from '../../src/multiplayer/media/peer-media.js';
import { audioTrack, videoTrack } from '../extension/support/wrtc.js';
import { MediaGame } from './support/media-game.js';

vi.setConfig({ testTimeout: 60_000 });

let game: MediaGame;
beforeEach(() => {
  game = new MediaGame();
});
afterEach(() => {
  game.close();
  setErrorHandler(null);
});

it('tracks go to members that take them, added while the game runs, without signalling, also by both at once', async () => {
  const [one, two, three] = [game.meet(1), game.meet(2), game.meet(3)];
  await game.until(() => game.isComplete);
  const [first, second] = [game.listen(one), game.listen(two)];
  const voice = audioTrack();
  expect(first.addLocalTrack(voice)).toBe(Err.OK);
  await game.until(() => game.heard.includes('2: +1 voice'));
  expect([first.getPeers(), second.getPeers(), second.getTracks(1).length]).toEqual([[2], [1], 1]);
  expect(three.getPeers().get(1)?.connection.getRemoteStreams()).toEqual([]);
  second.addLocalTrack(audioTrack());
  first.addLocalTrack(videoTrack());
  await game.until(() => game.heard.includes('2: +1 screen') && game.heard.includes('1: +2 voice'));
  first.removeLocalTrack(voice);
  await game.until(() => game.heard.includes('2: -1 voice'));
  expect(game.isComplete).toBe(true);
});

it('who comes later gets what is sent already; who goes takes its tracks away', async () => {
  const one = game.meet(1);
  const first = game.listen(one);
  first.addLocalTrack(audioTrack(), { streams: ['voice', 'team'] });
  game.listen(game.meet(2)).addLocalTrack(audioTrack());
  await game.until(() => game.heard.includes('2: +1 voice,team') && game.heard.includes('1: +2 voice'));
  game.members.get(2)?.close();
  await game.until(() => game.heard.includes('1: no peer 2'));
  expect(game.heard).toContain('1: -2 voice');
  expect([first.getPeers(), first.getTracks(2)]).toEqual([[], []]);
});

it('another source takes the place of a track; what is unknown or none is refused', async () => {
  setErrorHandler(() => {});
  const one = game.meet(1);
  const first = game.listen(one);
  const [old, other] = [audioTrack(), audioTrack()];
  expect([first.addLocalTrack(old), first.addLocalTrack(old)]).toEqual([Err.OK, Err.ERR_ALREADY_EXISTS]);
  expect(first.replaceLocalTrack(old, other)).toBe(Err.OK);
  expect(first.getLocalTracks().map(({ id }) => id)).toEqual([other.id]);
  expect([first.replaceLocalTrack(old, other), first.removeLocalTrack(old)]).toEqual([
    Err.ERR_DOES_NOT_EXIST,
    Err.ERR_DOES_NOT_EXIST,
  ]);
  expect([first.addLocalTrack({} as never), first.replaceLocalTrack(other, videoTrack())]).toEqual([
    Err.ERR_INVALID_PARAMETER,
    Err.ERR_INVALID_PARAMETER,
  ]);
  const errors: Err[] = [];
  setErrorHandler((_text, err) => errors.push(err));
  new PeerMedia(one);
  expect(errors).toEqual([Err.ERR_ALREADY_IN_USE]);
});

it('the 17th track of this side is refused, and one for which a connection has no room is reported once', async () => {
  const clock = new ManualClock();
  const errors: Err[] = [];
  setErrorHandler((_text, err) => errors.push(err));
  const one = game.meet(1);
  const first = new PeerMedia(one, { clock });
  const second = game.listen(game.meet(2));
  const tracks = Array.from({ length: 17 }, () => audioTrack());
  expect(tracks.map((track) => first.addLocalTrack(track))).toEqual([
    ...Array.from({ length: 16 }, () => Err.OK),
    Err.ERR_OUT_OF_MEMORY,
  ]);
  expect([errors.splice(0), first.getLocalTracks().length]).toEqual([[Err.ERR_OUT_OF_MEMORY], 16]);
  await game.until(() => game.isComplete);
  // The game has a track of its own on this connection, as a host does that passes on those of others.
  const connection = one.getPeers().get(2)?.connection;
  const own = videoTrack();
  expect(connection?.addLocalTrack(own, ['own'])).toBe(Err.OK);
  await game.until(() => second.getTracks(1).length === 16);
  for (let looks = 0; looks < 5; looks += 1) first.updateAudience();
  expect(errors).toEqual([Err.ERR_OUT_OF_MEMORY]);
  first.removeLocalTrack(tracks[0]!);
  first.updateAudience();
  await game.until(() => second.getTracks(1).filter(({ kind }) => kind === TrackType.TRACK_AUDIO).length === 15);
  expect(errors).toEqual([Err.ERR_OUT_OF_MEMORY]);
});

it('words that make no sense are counted and change nothing', async () => {
  const [one, two] = [game.meet(1), game.meet(2)];
  const first = game.listen(one);
  const heard: ConnectedPeer[] = [];
  const port = one.media as MediaPort;
  const onWord = port.onWord.bind(port);
  vi.spyOn(port, 'onWord').mockImplementation((peer, word) => {
    heard.push(peer);
    onWord(peer, word);
  });
  game.listen(two);
  await game.until(() => first.getPeers().length === 1 && heard.length > 0);
  for (const word of [[], [9], [4, 0x78]]) port.onWord(heard[0] as ConnectedPeer, Uint8Array.from(word));
  expect([first.getRefusedWordCount(), game.isComplete]).toEqual([3, true]);
});

it('whoever is first at having a PeerMedia finds the other one, however much later it comes', async () => {
  const [one, two] = [game.meet(1), game.meet(2)];
  await game.until(() => game.isComplete);
  const first = game.listen(one);
  // What it says now reaches a side that has nobody to hear it.
  await game.spin(50);
  const second = game.listen(two);
  await game.until(() => first.getPeers().length === 1 && second.getPeers().length === 1);
  second.close();
  await game.until(() => first.getPeers().length === 0);
  const third = game.listen(two);
  await game.until(() => first.getPeers().length === 1 && third.getPeers().length === 1);
});
