import { describe, expect, it } from 'vitest';
import { isStreamName, readMediaSections, withStreams } from '../../src/extension/media/media-sdp.js';
import { levelExtensionOf, payloadTypeOf, sectionOf, withPlans } from '../../src/extension/native/native-sdp.js';

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join('');

const AUDIO = lines(
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9',
  'a=mid:1',
  'a=extmap:14 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=msid:- track',
  'a=sendrecv',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10',
  'a=rtpmap:63 red/48000/2',
  'a=rtpmap:9 G722/8000',
  'a=ssrc:5 cname:x',
  'a=ssrc:5 msid:- track',
);
const DATA = lines('m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:0', 'a=sendrecv');
const SDP = lines('v=0', 'a=group:BUNDLE 0 1') + DATA + AUDIO;

describe('sections of tracks', () => {
  it('R-047 R-050 tell who sends, in which streams; a name that is none is no name', () => {
    expect(readMediaSections(SDP)).toEqual([{ mid: '1', kind: 'audio', sends: true, streams: [null] }]);
    const two = SDP.replace('a=msid:- track', `a=msid:voice track\r\na=msid:${'x'.repeat(65)} track`);
    expect(readMediaSections(two)[0]?.streams).toEqual(['voice', null]);
    for (const direction of ['recvonly', 'inactive']) {
      expect(readMediaSections(SDP.replace(/a=sendrecv\r\na=rtpmap/, `a=${direction}\r\na=rtpmap`))[0]?.sends).toBe(
        false,
      );
    }
  });

  it('port 0 is a refusal, except where the section shares the port of another', () => {
    const refused = SDP.replace('m=audio 9', 'm=audio 0');
    expect(readMediaSections(refused)[0]?.sends).toBe(false);
    expect(readMediaSections(refused.replace('a=mid:1', 'a=mid:1\r\na=bundle-only'))[0]?.sends).toBe(true);
  });

  it('a stranger can name no more than eight streams', () => {
    const many = Array.from({ length: 50 }, (_, n) => `a=msid:s${n} track`).join('\r\n');
    expect(readMediaSections(SDP.replace('a=msid:- track', many))[0]?.streams).toHaveLength(8);
  });

  it('get other names, each once per line, and keep everything else', () => {
    const named = withStreams(SDP, (mid) => (mid === '1' ? { id: 'mic', streams: ['voice', 'team'] } : undefined));
    expect(named).toContain('a=msid:voice mic\r\na=msid:team mic\r\na=sendrecv');
    expect(named).not.toContain('msid:-');
    expect(named.split('\r\n').length).toBe(SDP.split('\r\n').length);
    expect(withStreams(SDP, () => ({ id: 'mic', streams: [] }))).toContain('a=msid:- mic\r\n');
    expect(withStreams(SDP, () => undefined)).toBe(SDP);
  });

  it('names have letters, digits and few signs', () => {
    expect(['voice', '{7-a}', '7~x', '-', '', 'a b', 'é', 'x'.repeat(65), 7].map(isStreamName)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('what the native library writes', () => {
  it('R-053 says that nothing is sent or taken, and keeps the section', () => {
    const written = withPlans(SDP, () => ({ direction: 'inactive' }));
    expect(written).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n');
    expect(written).toContain('a=inactive');
    expect(written).toContain(DATA);
    for (const gone of ['msid:', 'ssrc:', 'transport', 'red/', 'G722']) expect(written).not.toContain(gone);
  });

  it('says what is sent, and in which streams', () => {
    const written = withPlans(SDP, () => ({ direction: 'sendonly', streams: ['7~voice'], track: 't1' }));
    expect(written).toContain('a=sendonly\r\na=msid:7~voice t1\r\n');
    expect(written).toContain('a=ssrc:5 cname:x');
  });

  it('takes nothing of which nothing could be passed on', () => {
    const other = SDP.replace('opus/48000/2', 'other/48000/2');
    expect(withPlans(other, () => ({ direction: 'recvonly' }))).toContain('a=inactive');
  });

  it('finds the codec and where the level of a sound stands', () => {
    const section = sectionOf(SDP, '1');
    expect([payloadTypeOf(section, 'audio'), payloadTypeOf(section, 'video'), levelExtensionOf(section)]).toEqual([
      111, -1, 14,
    ]);
    expect([sectionOf(SDP, '7'), levelExtensionOf('')]).toEqual(['', 0]);
  });
});
