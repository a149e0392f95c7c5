import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { setLogSink } from '../../src/core/log.js';
import { toNativeChannelInit, toNativeConfig } from '../../src/extension/native/native-config.js';
import { type ConnectionConfig, parseConfiguration } from '../../src/extension/webrtc-options.js';
import { NO_CAPABILITIES } from '../../src/extension/webrtc-peer-connection-extension.js';
import type { IceServer, RtcConfiguration } from '../../src/extension/webrtc-types.js';
import { recordErrors } from '../core/support/errors.js';

const errors = recordErrors();
const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  setLogSink((_level, _name, text) => warnings.push(text));
});
afterEach(() => setLogSink(null));

const convert = (input: RtcConfiguration): ReturnType<typeof toNativeConfig> =>
  toNativeConfig(parseConfiguration(input, NO_CAPABILITIES) as ConnectionConfig);

const serversOf = (...iceServers: IceServer[]): unknown =>
  (convert({ iceServers }) as { iceServers: unknown }).iceServers;

const turn = (urls: string | string[]): IceServer => ({ urls, username: 'us@er', credential: 'p:w%' });
const nativeTurn = (hostname: string, port = 3478): object => ({
  hostname,
  port,
  username: 'us@er',
  password: 'p:w%',
  relayType: 'TurnUdp',
});

describe('the servers', () => {
  it.each([
    ['stun:one.example', 'stun:one.example:3478'],
    ['stun:one.example:19302', 'stun:one.example:19302'],
    ['stun:192.0.2.1', 'stun:192.0.2.1:3478'],
    ['stun:[2001:db8::1]', 'stun:[2001:db8::1]:3478'],
    ['stun:[2001:db8::1]:19302', 'stun:[2001:db8::1]:19302'],
  ])('%s', (url, native) => {
    expect(serversOf({ urls: url })).toEqual([native]);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['turn:relay.example', nativeTurn('relay.example')],
    ['turn:relay.example:3479', nativeTurn('relay.example', 3479)],
    ['turn:relay.example?transport=udp', nativeTurn('relay.example')],
    ['turn:[2001:db8::1]:3479', nativeTurn('2001:db8::1', 3479)],
  ])('%s, with the name and the password as they are, in an object of their own', (url, native) => {
    expect(serversOf(turn(url))).toEqual([native]);
    expect(warnings).toEqual([]);
  });

  it.each([
    'stuns:one.example',
    'turns:one.example',
    'turn:one.example?transport=tcp',
    'turn:one.example:80?transport=tls',
  ])('R-007 %s is left out with one warning, also the second time', (url) => {
    expect(serversOf(turn(url), { urls: 'stun:two.example' })).toEqual(['stun:two.example:3478']);
    expect(serversOf(turn(url))).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(`${url} is not used`)]);
    expect(errors).toEqual([]);
  });

  it('R-007 of several the first STUN server and the first two TURN servers are used, with a warning for each kind', () => {
    const urls = ['turn:a.example', 'stun:b.example', 'turn:c.example', 'stun:d.example', 'turn:e.example'];
    const chosen = ['stun:b.example:3478', nativeTurn('a.example'), nativeTurn('c.example')];
    expect(serversOf(turn(urls))).toEqual(chosen);
    expect(serversOf(turn(urls))).toEqual(chosen);
    expect(warnings).toEqual([expect.stringContaining('2 STUN servers'), expect.stringContaining('3 TURN servers')]);
  });
});

describe('the options', () => {
  it('pass as they are, and those that were not given are left to the library', () => {
    const given = {
      enableIceTcp: false,
      enableIceUdpMux: true,
      portRangeBegin: 40000,
      portRangeEnd: 40000,
      mtu: 1400,
      bindAddress: '::1',
      maxMessageSize: 65536,
    };
    const always = { iceServers: [], iceTransportPolicy: 'relay', forceMediaTransport: true };
    expect(convert({ iceTransportPolicy: 'relay', libdatachannel: given })).toEqual({ ...always, ...given });
    expect(convert({ iceTransportPolicy: 'relay' })).toEqual(always);
  });

  it.each([
    { portRangeBegin: 0, portRangeEnd: 65535 },
    { portRangeBegin: 65535 },
    { portRangeEnd: 1024 },
    { mtu: 1000 },
    { mtu: 9000 },
    { bindAddress: '127.0.0.1' },
    { maxMessageSize: 1200 },
    { maxMessageSize: 2 ** 31 - 1 },
  ])('%j is accepted', (libdatachannel) => {
    expect(convert({ libdatachannel })).toMatchObject(libdatachannel);
  });

  it.each([
    { portRangeBegin: -1 },
    { portRangeBegin: 1.5 },
    { portRangeBegin: Number.NaN },
    { portRangeEnd: 65536 },
    { portRangeEnd: 1023 },
    { portRangeBegin: 40001, portRangeEnd: 40000 },
    { mtu: 999 },
    { mtu: 9001 },
    { bindAddress: 'localhost' },
    { bindAddress: '' },
    { bindAddress: '127.0.0.1/8' },
    { maxMessageSize: 1199 },
    { maxMessageSize: 2 ** 31 },
  ])('%j is refused once', (libdatachannel) => {
    expect(convert({ libdatachannel })).toBe(Err.ERR_INVALID_PARAMETER);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_INVALID_PARAMETER]);
  });
});

describe('a channel', () => {
  const plain = {
    negotiated: false,
    id: null,
    ordered: true,
    maxRetransmits: null,
    maxPacketLifeTime: null,
    protocol: '',
  };

  it.each([
    [{}, { unordered: false, protocol: '' }],
    [
      { negotiated: true, id: 0 },
      { unordered: false, protocol: '', negotiated: true, id: 0 },
    ],
    [
      { ordered: false, maxRetransmits: 0 },
      { unordered: true, protocol: '', maxRetransmits: 0 },
    ],
    [
      { maxPacketLifeTime: 1, protocol: 'p' },
      { unordered: false, protocol: 'p', maxPacketLifeTime: 1 },
    ],
  ])('D7 %j has the options that the library reads', (config, init) => {
    expect(toNativeChannelInit({ ...plain, ...config })).toEqual(init);
  });
});
