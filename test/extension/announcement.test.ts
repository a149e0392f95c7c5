import { describe, expect, test } from 'vitest';
import { readAnnouncement, withAnnouncement, withoutAnnouncement } from '../../src/extension/announcement.js';
import { Err, WebRTCPeerConnection } from '../../src/index.js';
import { LoopbackNetwork } from '../../src/testing.js';

const SDP =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n';

describe('D10 the announcement', () => {
  test('is one session-level line that comes out as it went in', () => {
    const told = withAnnouncement(SDP, ['one', 'two-2']);
    expect(told).toContain('t=0 0\r\na=scenewire:1 one two-2\r\nm=application');
    expect(readAnnouncement(told)).toEqual(['one', 'two-2']);
    expect(withoutAnnouncement(told)).toBe(SDP);
  });

  test('of nothing is no line', () => {
    expect(withAnnouncement(SDP, [])).toBe(SDP);
    expect(readAnnouncement(SDP)).toEqual([]);
  });

  test('of another version, or one that is malformed, counts as none', () => {
    for (const line of [
      'a=scenewire:2 one',
      'a=scenewire:one',
      'a=scenewire:',
      'x a=scenewire:1 one',
      'a=scenewire:1 ö',
    ]) {
      expect(readAnnouncement(SDP.replace('m=', `${line}\r\nm=`))).toEqual([]);
    }
  });

  test('of a connection reaches the other side, both ways', () => {
    const network = new LoopbackNetwork();
    const make = () => new WebRTCPeerConnection({ extension: network.Extension });
    const [a, b] = [make(), make()];
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      from.session_description_created.connect((type, sdp) => {
        expect(from.setLocalDescription(type, sdp)).toBe(Err.OK);
        to.setRemoteDescription(type, sdp);
      });
      from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
    }
    a.createDataChannel('x');
    expect([a.announceFeature('fast'), b.announceFeature('slow'), a.announceFeature('no words')]).toEqual([
      Err.OK,
      Err.OK,
      Err.ERR_INVALID_PARAMETER,
    ]);
    expect(a.getRemoteFeatures()).toEqual([]);
    a.createOffer();
    for (let i = 0; i < 10; i += 1) for (const pc of [a, b]) pc.poll();
    expect([a.isPeerConnected(), a.getRemoteFeatures(), b.getRemoteFeatures()]).toEqual([true, ['slow'], ['fast']]);
    for (const pc of [a, b]) pc.close();
    expect(a.announceFeature('late')).toBe(Err.ERR_UNCONFIGURED);
  });
});
