/** S3: the early W3C page of `RTCPeerConnection`, member by member. Media and identity have files of their own. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  BrowserPeerConnection,
  Err,
  IceConnectionState,
  SignalingState,
  WebRTCDataChannel,
  WebRTCPeerConnection,
} from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, candidateNo, OFFER, Stand } from '../support/fake-extension.js';
import { argsOf, SeedPair } from './support/pair.js';

recordErrors();
const root = resolve(import.meta.dirname, '../..');
const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const pageOf = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8');

describe('page data', () => {
  it('S3-01 S3-05 RTCPeerConnection carries data here, and media where the back end has it', () => {
    const stand = new Stand();
    expect(stand.connection).toBeInstanceOf(WebRTCPeerConnection);
    expect(stand.connection.createDataChannel('data')).not.toBeNull();
    // The page of a browser has both; the library in Node has data.
    const Native = WebRTCPeerConnection.getDefaultExtension();
    expect([new BrowserPeerConnection().capabilities.media, new Native().capabilities.media]).toEqual([true, false]);
  });

  it('S3-02 S3-06 the page asks for examples: ours have them, and the package is filed under webrtc', () => {
    for (const page of ['frame.md', 'closing.md', 'extension.md', 'multiplayer.md']) {
      expect(pageOf(page), page).toMatch(/^```ts/m);
    }
    const { keywords } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { keywords: string[] };
    expect(keywords).toContain('webrtc');
  });

  it('S3-03 S3-04 the draft differs from the final text: the states are those of the final one', () => {
    const namesIn = (states: object): string[] =>
      Object.entries(states)
        .sort(([, a], [, b]) => a - b)
        .map(([name]) => name.replace(/^[A-Z]+_STATE_/, '').toLowerCase());
    expect(namesIn(IceConnectionState)).toEqual([
      'new',
      'checking',
      'connected',
      'completed',
      'failed',
      'disconnected',
      'closed',
    ]);
    expect(namesIn(SignalingState)).toEqual([
      'stable',
      'have_local_offer',
      'have_remote_offer',
      'have_local_pranswer',
      'have_remote_pranswer',
      'closed',
    ]);
  });

  it('S3-07 has a broken link: no page of ours has one to another page', () => {
    const broken = docs.flatMap((name) =>
      [...pageOf(name).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
        .map(([, link]) => link as string)
        .filter((link) => !existsSync(resolve(dirname(join(root, 'docs', name)), link)))
        .map((link) => `${name}: ${link}`),
    );
    expect(docs.length).toBeGreaterThan(10);
    expect(broken).toEqual([]);
  });
});

describe('properties', () => {
  it('S3-08 S3-14 S3-48 iceGatheringState and its event', () => {
    const stand = new Stand().offered();
    stand.fake.report.gatheringStateChanged(1);
    expect(stand.poll()).toEqual(['gathering_state_changed 1']);
    expect(stand.connection.getGatheringState()).toBe(1);
  });

  it('S3-10 S3-24 localDescription and remoteDescription: the last ones set, with the candidates since', () => {
    const stand = new Stand().created();
    expect([stand.connection.getLocalDescription(), stand.connection.getRemoteDescription()]).toEqual([null, null]);
    stand.connection.setLocalDescription('offer', OFFER);
    stand.fake.report.iceCandidateCreated('data', 0, candidateNo(1));
    stand.poll();
    stand.connection.setRemoteDescription('answer', ANSWER);
    stand.connection.addIceCandidate('data', 0, candidateNo(2));
    expect(stand.connection.getLocalDescription()).toEqual({ type: 'offer', sdp: `${OFFER}a=${candidateNo(1)}\r\n` });
    expect(stand.connection.getRemoteDescription()).toEqual({
      type: 'answer',
      sdp: `${ANSWER}a=${candidateNo(2)}\r\n`,
    });
  });

  it('S3-13 S3-47 ondatachannel is data_channel_received', () => {
    const pair = new SeedPair();
    const [, theirs] = pair.connect();
    expect(argsOf(pair.ofB, 'data_channel_received')).toEqual([[theirs]]);
  });

  it('S3-15 S3-39 onicecandidate is ice_candidate_created', () => {
    const stand = new Stand().offered();
    stand.fake.report.iceCandidateCreated('data', 0, candidateNo(1));
    expect(stand.poll()).toEqual([`ice_candidate_created data 0 ${candidateNo(1)}`]);
  });

  it('S3-16 S3-40 onicechange is ice_connection_state_changed', () => {
    const stand = new Stand().offered();
    stand.fake.report.iceConnectionStateChanged(1);
    expect([stand.poll(), stand.connection.getIceConnectionState()]).toEqual([['ice_connection_state_changed 1'], 1]);
  });

  it('S3-18 onnegotiationneeded is negotiation_needed', () => {
    const stand = new Stand();
    stand.open();
    expect(stand.poll()).toEqual(['negotiation_needed']);
  });

  it('S3-19 S3-43 onopen is connected', () => {
    expect(new Stand().connected().signals.filter((line) => line === 'connected')).toHaveLength(1);
  });

  it('S3-21 S3-23 S3-44 S3-53 readyState is the signaling state and the connection state, each with its event', () => {
    const pair = new SeedPair();
    pair.connect();
    expect(argsOf(pair.ofA, 'signaling_state_changed')).toEqual([[1], [0]]);
    expect(argsOf(pair.ofB, 'signaling_state_changed')).toEqual([[2], [0]]);
    expect(argsOf(pair.ofA, 'connection_state_changed')).toEqual([[1], [2]]);
    expect(pair.a.getSignalingState()).toBe(SignalingState.SIGNALING_STATE_STABLE);
  });
});

describe('methods', () => {
  it('S3-26 addIceCandidate hands the candidate to the back end', () => {
    const stand = new Stand().connected();
    const calls = stand.callsOf(() => expect(stand.connection.addIceCandidate('data', 0, candidateNo(3))).toBe(Err.OK));
    expect(calls).toEqual([`_addIceCandidate data 0 ${candidateNo(3)}`]);
  });

  it('S3-28 close ends the back end, once', () => {
    const stand = new Stand().connected();
    const calls = stand.callsOf(() => {
      stand.connection.close();
      stand.connection.close();
    });
    expect(calls).toEqual(['_close']);
  });

  it('S3-30 createDataChannel makes one with a label', () => {
    expect(new Stand().connection.createDataChannel('scores')?.getLabel()).toBe('scores');
  });

  it('S3-31 S3-67 createOffer fits what is here, the answer fits the offer: both are the back end’s own texts', () => {
    const pair = new SeedPair();
    pair.connect();
    const [[, offer] = []] = argsOf(pair.ofA, 'session_description_created');
    const [[, answer] = []] = argsOf(pair.ofB, 'session_description_created');
    const sections = (sdp: unknown): number => String(sdp).split(/^m=/m).length - 1;
    expect([sections(offer), sections(answer)]).toEqual([1, 1]);
    expect(pair.a.getRemoteDescription()?.sdp).toContain(String(answer).split('\r\n')[1]);
    // Not a letter of them is ours.
    expect(new Stand().created().signals).toContain(`session_description_created offer ${OFFER}`);
    expect(new Stand().answering().fake.calls).toContain(`_setRemoteDescription offer ${OFFER}`);
  });

  it('S3-37 setRemoteDescription applies what the other side sent', () => {
    const stand = new Stand().offered();
    expect(stand.connection.setRemoteDescription('answer', ANSWER)).toBe(Err.OK);
    expect(stand.connection.getRemoteDescription()).toEqual({ type: 'answer', sdp: ANSWER });
  });

  it('S3-38 updateIce goes to the back end where it can, and starts over where nothing was begun', () => {
    const able = new Stand({}, { reconfigure: true }).connected();
    const calls = able.callsOf(() => able.connection.updateIce({ iceTransportPolicy: 'relay' }));
    expect([calls, able.fake.configs.at(-1)?.iceTransportPolicy]).toEqual([['_updateIce'], 'relay']);
    const unable = new Stand();
    expect(unable.connection.updateIce({ iceTransportPolicy: 'relay' })).toBe(Err.OK);
    expect(unable.connected().connection.updateIce({ iceTransportPolicy: 'all' })).toBe(Err.ERR_UNAVAILABLE);
  });
});

describe('types', () => {
  it('S3-49 S3-52 RTCSessionDescription is a plain object, RTCDataChannel a channel of the connection', () => {
    const pair = new SeedPair();
    const [mine] = pair.connect();
    const description = pair.a.getLocalDescription();
    expect(description).toEqual({ type: 'offer', sdp: expect.any(String) });
    expect(Object.getPrototypeOf(description)).toBe(Object.prototype);
    expect(mine).toBeInstanceOf(WebRTCDataChannel);
    expect(pair.a.getDataChannels()).toEqual([mine]);
  });

  it('S3-65 getStats takes an optional argument', async () => {
    const stats = await new Stand().connection.getStats();
    expect(Object.keys(stats)).toEqual(expect.arrayContaining(['error', 'bytesSent', 'bytesReceived']));
  });
});
