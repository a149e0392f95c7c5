import { Err, type MultiplayerPeer, setErrorHandler, WebRTCMultiplayerPeer, WebSocketMultiplayerPeer } from 'scenewire';
import { Screens, Voice, WebRTCMediaStream, WebRTCMediaTrack } from 'scenewire/media';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeDevices, FakeTrack } from './support/fake-devices.js';

let devices: FakeDevices;
let errors: Err[];
beforeEach(() => {
  errors = [];
  setErrorHandler((_text, err) => errors.push(err));
  devices = new FakeDevices();
});
afterEach(() => {
  setErrorHandler(null);
  vi.unstubAllGlobals();
});

/** A game with tracks; nobody else is in it. */
function game(): WebRTCMultiplayerPeer {
  const peer = new WebRTCMultiplayerPeer();
  peer.createMesh(1);
  return peer;
}

function voiceIn(peer: MultiplayerPeer = game()): { voice: Voice; told: string[]; sent: () => string[] } {
  let now = 0;
  const tick = (): number => {
    now += 1000;
    return now;
  };
  const voice = new Voice(peer, { context: devices.context, clock: { now: tick } });
  const told: string[] = [];
  voice.microphone_failed.connect((problem) => told.push(problem));
  voice.microphone_changed.connect((label) => told.push(`now ${label}`));
  voice.speaking_changed.connect((id, isSpeaking) => told.push(`${id} ${isSpeaking ? 'speaks' : 'is silent'}`));
  return { voice, told, sent: () => voice.media.getLocalTracks().map(({ id }) => id) };
}

const sound = (id: string): FakeTrack => new FakeTrack('audio', id);
const picture = (id: string): FakeTrack => new FakeTrack('video', id);

describe('the microphone of a player', () => {
  it('is asked for once by two starts at a time, and a refusal is told once', async () => {
    const { voice, told, sent } = voiceIn();
    const both = [voice.start(), voice.start()];
    devices.deny();
    expect(await Promise.all(both)).toEqual([false, false]);
    voice.poll();
    expect([devices.asked, told.splice(0)]).toEqual([1, ['denied']]);
    const again = [voice.start(), voice.start()];
    devices.allow(sound('mic'));
    expect(await Promise.all(again)).toEqual([true, true]);
    voice.poll();
    expect([devices.asked, told, sent()]).toEqual([2, ['now mic'], ['mic']]);
  });

  it('is given back when another one is chosen before the answer, whichever answer comes first', async () => {
    const { voice, sent } = voiceIn();
    const [usual, other] = [sound('usual'), sound('other')];
    const asked = [voice.start(), voice.chooseMicrophone('other')];
    devices.allow(usual);
    await expect.poll(() => usual.isLive).toBe(false);
    devices.allow(other);
    expect(await asked[1]).toBe(true);
    expect([sent(), other.isLive]).toEqual([['other'], true]);
  });

  it('is given back when it comes after a track of the game, or after the voice was stopped or closed', async () => {
    const { voice, sent } = voiceIn();
    const [music, ...late] = [sound('music'), sound('one'), sound('two'), sound('three')] as const;
    const overtaken = voice.start();
    expect(voice.setTrack(music.source)).toBe(Err.OK);
    devices.allow(late[0]);
    expect([await overtaken, sent(), music.isLive]).toEqual([true, ['music'], true]);
    const stopped = voice.start();
    voice.stop();
    devices.allow(late[1]);
    expect([await stopped, sent(), music.isLive]).toEqual([false, [], false]);
    const closed = voice.start();
    voice.close();
    devices.allow(late[2]);
    expect([await closed, sent()]).toEqual([false, []]);
    expect(late.map(({ isLive }) => isLive)).toEqual([false, false, false]);
  });

  it('is given back by stop(), which silences the player, and start() asks for it again', async () => {
    const { voice, told, sent } = voiceIn();
    const [first, second] = [sound('first'), sound('second')];
    const started = voice.start();
    devices.allow(first);
    expect(await started).toBe(true);
    devices.level = 0.5;
    voice.poll();
    voice.stop();
    voice.poll();
    expect([first.isLive, voice.hasMicrophone(), sent()]).toEqual([false, false, []]);
    const again = voice.start();
    devices.allow(second);
    expect([await again, sent()]).toEqual([true, ['second']]);
    voice.poll();
    expect(told).toEqual(['now first', '1 speaks', '1 is silent', 'now second', '1 speaks']);
    expect(voice.isSpeaking(1)).toBe(true);
  });

  it('does not stay in use when Web Audio or the game does not take it, and the one before does', async () => {
    const { voice, told, sent } = voiceIn();
    const [music, refused, full] = [sound('music'), sound('refused'), sound('full')];
    voice.setTrack(music.source);
    devices.refusesSound = true;
    const started = voice.start();
    devices.allow(refused);
    expect([await started, refused.isLive, music.isLive, sent()]).toEqual([false, false, true, ['music']]);
    expect(voice.setTrack(sound('own').source)).toBe(Err.ERR_INVALID_PARAMETER);
    voice.poll();
    expect(told).toEqual(['now music', 'unavailable']);
    devices.refusesSound = false;
    voice.stop();
    for (let n = 0; n < 16; n += 1) voice.media.addLocalTrack(picture(`${n}`).source);
    const crowded = voice.start();
    devices.allow(full);
    expect([await crowded, full.isLive, voice.hasMicrophone()]).toEqual([false, false, false]);
    expect(errors).toEqual([Err.ERR_INVALID_PARAMETER, Err.ERR_INVALID_PARAMETER, Err.ERR_OUT_OF_MEMORY]);
  });

  it('is replaced by the usual one when it is pulled out, and where there is none, nothing is sent', async () => {
    const { voice, told, sent } = voiceIn();
    const [first, usual] = [sound('first'), sound('usual')];
    const started = voice.start();
    devices.allow(first);
    await started;
    first.onended?.();
    devices.allow(usual);
    await expect.poll(sent).toEqual(['usual']);
    usual.onended?.();
    devices.deny();
    await expect.poll(sent).toEqual([]);
    voice.poll();
    expect([told, voice.hasMicrophone()]).toEqual([['now first', 'now usual', 'denied'], false]);
  });

  it('a track that is set twice goes on', () => {
    const { voice, sent } = voiceIn();
    const music = sound('music');
    expect([voice.setTrack(music.source), voice.setTrack(music.source)]).toEqual([Err.OK, Err.OK]);
    expect([music.isLive, sent(), errors]).toEqual([true, ['music'], []]);
  });

  it('where nobody can hear it, nobody is asked, and no track is taken', async () => {
    const { voice, told } = voiceIn(new WebSocketMultiplayerPeer());
    const music = sound('music');
    expect(voice.setTrack(music.source)).toBe(Err.ERR_UNAVAILABLE);
    expect([await voice.start(), devices.asked, voice.hasMicrophone(), music.isLive]).toEqual([false, 0, false, true]);
    voice.poll();
    expect(told).toEqual(['unavailable']);
  });
});

describe('a screen of a player', () => {
  it('is not asked for where nobody can see it', async () => {
    const screens = new Screens(new WebSocketMultiplayerPeer());
    expect([await screens.share(), devices.asked, screens.isSharing]).toEqual([false, 0, false]);
    const closed = new Screens(game());
    closed.close();
    expect([await closed.share(), devices.asked]).toEqual([false, 0]);
  });

  it('its sound, which nobody gets, is not recorded; of one that cannot be sent, nothing is', async () => {
    const screens = new Screens(game());
    const [shown, itsSound] = [picture('shown'), sound('its sound')];
    const shared = screens.share({ video: true, audio: true });
    devices.allow(shown, itsSound);
    expect([await shared, shown.isLive, itsSound.isLive]).toEqual([true, true, false]);
    screens.stopSharing();
    for (let n = 0; n < 16; n += 1) screens.media.addLocalTrack(sound(`${n}`).source);
    const refused = picture('refused');
    const again = screens.share();
    devices.allow(refused);
    expect([await again, refused.isLive, errors]).toEqual([false, false, [Err.ERR_OUT_OF_MEMORY]]);
    const late = picture('late');
    const closing = screens.share();
    screens.close();
    devices.allow(late);
    expect([await closing, late.isLive]).toEqual([false, false]);
  });
});

it('a peer has up to four voices here, the latest ones, and each that goes is told', () => {
  const { voice } = voiceIn();
  const told: string[] = [];
  voice.voice_added.connect((id) => told.push(`+${id}`));
  voice.voice_removed.connect((id) => told.push(`-${id}`));
  const stream = [new WebRTCMediaStream('voice')];
  const tracks = ['a', 'b', 'c', 'd', 'e'].map((id) => WebRTCMediaTrack.fromMediaStreamTrack(sound(id).source));
  for (const track of tracks) voice.media.track_added.emit(2, stream, track);
  voice.media.track_added.emit(3, stream, WebRTCMediaTrack.fromMediaStreamTrack(sound('f').source));
  expect(told.splice(0)).toEqual(['+2', '+2', '+2', '+2', '-2', '+2', '+3']);
  for (const track of tracks) voice.media.track_removed.emit(2, stream, track);
  expect([told, voice.getVoices()]).toEqual([['-2', '-2', '-2', '-2'], [3]]);
});
