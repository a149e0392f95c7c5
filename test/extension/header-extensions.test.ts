import { describe, expect, it } from 'vitest';
import { HeaderExtensions } from '../../src/extension/browser/header-extensions.js';

const CHROMIUM = ['1 urn:level', '2 http://send-time', '3 http://congestion', '4 urn:mid'];
const FIREFOX = ['1 urn:level', '2/recvonly urn:csrc', '3 urn:mid', '7 http://congestion'];
const describeWith = (...extensions: readonly string[]): string =>
  ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', ...extensions.map((line) => `a=extmap:${line}`), 'a=mid:1', '']
    .map((line) => `${line}\r\n`)
    .join('');

describe('numbers of header extensions', () => {
  it('what was offered and taken back is never called by another name: the offer of another browser does without', () => {
    const extensions = new HeaderExtensions();
    extensions.note(describeWith(...CHROMIUM));
    const settled = extensions.settle(describeWith(...FIREFOX));
    expect(settled).toBe(describeWith('1 urn:level', '7 http://congestion'));
    extensions.note(settled);
    expect(extensions.settle(describeWith('7 urn:else', '4 urn:mid', '9 urn:new'))).toBe(
      describeWith('4 urn:mid', '9 urn:new'),
    );
  });

  it('a number with two meanings in one description keeps the first', () => {
    expect(new HeaderExtensions().settle(describeWith('14 urn:level', '14 urn:layers'))).toBe(
      describeWith('14 urn:level'),
    );
  });

  it('descriptions that agree are not touched, and a new connection numbers anew', () => {
    const extensions = new HeaderExtensions();
    extensions.note(describeWith(...CHROMIUM));
    expect(extensions.settle(describeWith(...CHROMIUM))).toBe(describeWith(...CHROMIUM));
    extensions.forget();
    expect(extensions.settle(describeWith(...FIREFOX))).toBe(describeWith(...FIREFOX));
  });
});
