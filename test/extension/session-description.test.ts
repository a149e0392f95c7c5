import { describe, expect, it } from 'vitest';
import {
  fromSignalingJson,
  isCandidate,
  isDescriptionType,
  isFirefoxDescription,
  isNativeDescription,
  midOfSection,
  normalizeCandidate,
  offeredAsClient,
  splitCandidates,
  toSignalingJson,
  withCandidates,
} from '../../src/extension/session-description.js';

const SESSION = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0'];
const AUDIO = ['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', 'a=sendrecv'];
const DATA = ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=sctp-port:5000', 'a=mid:data'];
const NAME = 'candidate:1 1 UDP 1 127.0.0.1 9 typ host';

const sdp = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;
const both = sdp(...SESSION, ...AUDIO, ...DATA);

describe('the JSON form of a description (C-03)', () => {
  it.each(['offer', 'answer', 'pranswer', 'rollback'])('comes back as it went: %s', (type) => {
    const text = toSignalingJson(type, 'v=0\r\nhéllo✓ "quoted"');
    expect(JSON.parse(text)).toEqual({ type, sdp: 'v=0\r\nhéllo✓ "quoted"' });
    expect(fromSignalingJson(text)).toEqual({ type, sdp: 'v=0\r\nhéllo✓ "quoted"' });
  });

  it('drops further members', () => {
    expect(fromSignalingJson('{"sdp":"v=0","extra":1,"type":"offer"}')).toEqual({ type: 'offer', sdp: 'v=0' });
  });

  it.each([
    '',
    'v=0',
    '{',
    'null',
    '7',
    '[]',
    '"offer"',
    '{}',
    '{"type":"offer"}',
    '{"sdp":"v=0"}',
    '{"type":"offer","sdp":1}',
    '{"type":"Offer","sdp":"v=0"}',
    '{"type":["offer"],"sdp":"v=0"}',
  ])('is null for %j', (text) => {
    expect(fromSignalingJson(text)).toBeNull();
  });
});

describe('isDescriptionType (R-015)', () => {
  it('knows the four types and nothing else', () => {
    const given = ['offer', 'answer', 'pranswer', 'rollback', '', 'OFFER', 'toString', null, undefined, ['offer'], 0];
    expect(given.filter(isDescriptionType)).toEqual(['offer', 'answer', 'pranswer', 'rollback']);
  });
});

describe('normalizeCandidate', () => {
  it.each([NAME, `a=${NAME}`, `  ${NAME}\r\n`, `\ta=${NAME} `])('R-023 %j begins with candidate:', (name) => {
    expect(normalizeCandidate(name)).toBe(NAME);
  });

  it.each(['', '  ', '\r\n'])('R-025 %j is the end of candidates', (name) => {
    expect(normalizeCandidate(name)).toBe('');
  });
});

describe('isCandidate (R-027)', () => {
  it.each([
    NAME,
    'candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0',
    'candidate:0 1 UDP 2122252543 5b8a6f2c-1b1c-4d4e-9c53-5a6d7f5f0d0e.local 54321 typ host',
    'candidate:1 2 TCP 1 fe80::1 9 typ host tcptype active',
  ])('takes %j', (name) => {
    expect(isCandidate(name)).toBe(true);
  });

  it.each([
    '',
    'candidate:',
    'candidate',
    'candidate:1 1 UDP 1 127.0.0.1 typ host',
    `x ${NAME}`,
    'candidate:1 1 UDP 1 a 9',
  ])('refuses %j', (name) => {
    expect(isCandidate(name)).toBe(false);
  });
});

describe('a candidate of a stranger (promise 3)', () => {
  it('is refused when it holds a line break or is longer than 2048', () => {
    expect(isCandidate(NAME.padEnd(2048, 'x'))).toBe(true);
    expect(isCandidate(NAME.padEnd(2049, 'x'))).toBe(false);
    expect([isCandidate(`${NAME}\r\na=evil`), isCandidate(`${NAME}\n`), isCandidate(`${NAME}\r`)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('splitCandidates', () => {
  it('takes the candidate lines out of the text, each with the mid of its section', () => {
    const text = sdp(
      ...SESSION,
      ...AUDIO,
      'a=candidate:1 x',
      'a=end-of-candidates',
      ...DATA,
      'a=candidate:2 y',
      'a=last',
    );
    expect(splitCandidates(text)).toEqual({
      text: sdp(...SESSION, ...AUDIO, ...DATA, 'a=last'),
      candidates: [
        { media: '0', name: 'candidate:1 x' },
        { media: 'data', name: 'candidate:2 y' },
      ],
    });
    expect(splitCandidates(both)).toEqual({ text: both, candidates: [] });
  });
});

describe('isNativeDescription', () => {
  it('knows the origin line of libdatachannel', () => {
    expect(isNativeDescription(sdp('v=0', 'o=rtc 1 0 IN IP4 127.0.0.1'))).toBe(true);
    expect([isNativeDescription(both), isNativeDescription(''), isNativeDescription('v=0\r\na=o=rtc 1')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

it('D8 an offer of Firefox is known, and can leave it the DTLS client', () => {
  const offer = sdp('v=0', 'o=mozilla...THIS_IS_SDPARTA-99.0 1 0 IN IP4 0.0.0.0', ...DATA, 'a=setup:actpass');
  expect([isFirefoxDescription(offer), isFirefoxDescription(both)]).toEqual([true, false]);
  expect(offeredAsClient(offer)).toBe(offer.replace('actpass', 'active'));
  expect(offeredAsClient(both)).toBe(both);
});

describe('midOfSection (R-026)', () => {
  it('finds the mid of each section, wherever the line is', () => {
    expect([0, 1, 2, -1].map((index) => midOfSection(both, index))).toEqual(['0', 'data', '', '']);
  });

  it('is empty for a section without a mid, and never takes one of another section', () => {
    const first = 'm=audio 9 X 1';
    expect(midOfSection(sdp(...SESSION, first, ...DATA), 0)).toBe('');
    expect(midOfSection(sdp(...SESSION, 'a=mid:session', first), 0)).toBe('');
    expect(midOfSection('', 0)).toBe('');
  });

  it('reads texts with bare line feeds', () => {
    expect(midOfSection(both.replaceAll('\r\n', '\n'), 1)).toBe('data');
  });
});

const candidate = (sdpMid: string, sdpMLineIndex: number, name = NAME) => ({ candidate: name, sdpMid, sdpMLineIndex });

describe('withCandidates (R-019)', () => {
  it('puts the line at the end of the section with that mid, whatever the index says', () => {
    const audio = sdp(...SESSION, ...AUDIO, `a=${NAME}`, ...DATA);
    expect(withCandidates(both, [candidate('0', 1)])).toBe(audio);
    expect(withCandidates(both, [candidate('data', 0)])).toBe(sdp(...SESSION, ...AUDIO, ...DATA, `a=${NAME}`));
  });

  it('goes by the index when there is no mid', () => {
    expect(withCandidates(both, [candidate('', 0)])).toBe(sdp(...SESSION, ...AUDIO, `a=${NAME}`, ...DATA));
    expect(withCandidates(both, [candidate('', 1)])).toBe(sdp(...SESSION, ...AUDIO, ...DATA, `a=${NAME}`));
  });

  it('keeps the order of several', () => {
    const grown = withCandidates(both, [candidate('0', 0, 'candidate:1'), candidate('0', 0, 'candidate:2')]);
    expect(grown).toBe(sdp(...SESSION, ...AUDIO, 'a=candidate:1', 'a=candidate:2', ...DATA));
  });

  it('takes a mid as a whole, not as a beginning', () => {
    const text = sdp(...SESSION, 'm=a', 'a=mid:01', 'm=b', 'a=mid:0');
    expect(withCandidates(text, [candidate('0', 0)])).toBe(
      sdp(...SESSION, 'm=a', 'a=mid:01', 'm=b', 'a=mid:0', `a=${NAME}`),
    );
  });

  it('ends a last line that has no end', () => {
    expect(withCandidates(both.trimEnd(), [candidate('data', 0)])).toBe(
      sdp(...SESSION, ...AUDIO, ...DATA, `a=${NAME}`),
    );
  });

  it.each([
    ['an unknown mid', 'nobody', 0],
    ['an index past the sections', '', 2],
  ])('changes nothing for %s', (_name, media, index) => {
    expect(withCandidates(both, [candidate(media, index)])).toBe(both);
    expect(withCandidates('', [candidate(media, index)])).toBe('');
  });
});
