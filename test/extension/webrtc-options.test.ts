import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { parseChannelOptions, parseConfiguration } from '../../src/extension/webrtc-options.js';
import { NO_CAPABILITIES } from '../../src/extension/webrtc-peer-connection-extension.js';
import { type DataChannelOptions, ProxyType, type RtcConfiguration } from '../../src/extension/webrtc-types.js';
import { recordErrors } from '../core/support/errors.js';

const errors = recordErrors();

const CAN_PROXY = { ...NO_CAPABILITIES, proxy: true };
const STUN = 'stun:stun.example.org:3478';

function configure(input: unknown, capabilities = NO_CAPABILITIES) {
  return parseConfiguration(input as RtcConfiguration, capabilities);
}

function channel(
  input: unknown,
  { label = 'game' as unknown, inUse = [] as number[], capabilities = NO_CAPABILITIES } = {},
) {
  return parseChannelOptions(label as string, input as DataChannelOptions, capabilities, new Set(inUse));
}

function expectRefused(result: unknown, err: Err = Err.ERR_INVALID_PARAMETER): void {
  expect(result).toBe(err);
  expect(errors.map((error) => error.err)).toEqual([err]);
}

describe('parseConfiguration', () => {
  const defaults = {
    iceServers: [],
    iceTransportPolicy: 'all',
    proxyConfig: null,
    autoAnswer: true,
    maxInboundPackets: 65536,
    maxInboundBytes: 32 * 1024 * 1024,
    maxOutboundBytes: 16 * 1024 * 1024,
    libdatachannel: {},
    browser: {},
  };

  it.each([undefined, null, {}, [], 'text', 7])('gives the defaults for %j', (input) => {
    expect(configure(input)).toEqual(defaults);
    expect(errors).toEqual([]);
  });

  it('takes what it is given and ignores unknown keys, as Godot does', () => {
    const given = {
      iceTransportPolicy: 'relay',
      autoAnswer: false,
      maxInboundPackets: 1,
      maxInboundBytes: 2,
      maxOutboundBytes: 3,
      libdatachannel: { mtu: 1200 },
      browser: { bundlePolicy: 'max-bundle' },
    };
    expect(configure({ ...given, unknown: 1 })).toEqual({ ...defaults, ...given });
  });

  it('answers by itself unless autoAnswer is exactly false', () => {
    const answers = [true, undefined, null, 0, false].map((autoAnswer) => configure({ autoAnswer }));
    expect(answers.map((config) => typeof config === 'object' && config.autoAnswer)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it.each(['maxInboundPackets', 'maxInboundBytes', 'maxOutboundBytes'])(
    'refuses a %s that is no positive integer',
    (name) => {
      for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '9', null]) {
        errors.length = 0;
        expectRefused(configure({ [name]: bad }));
        expect(errors[0]?.text).toContain(name);
      }
    },
  );

  it('R-006 copies everything, so that later edits of the input change nothing', () => {
    const server = { urls: [STUN], username: 'me' };
    const proxyConfig = { type: ProxyType.PROXY_TYPE_HTTP, hostAddress: 'proxy', hostPort: 8080 };
    const libdatachannel = { mtu: 1200 };
    const browser = { bundlePolicy: 'max-bundle' };
    const input = { iceServers: [server], proxyConfig, libdatachannel, browser };
    const config = configure(input, CAN_PROXY);
    const before = structuredClone(config);
    server.urls.push('evil:');
    server.username = 'other';
    input.iceServers.push({ urls: [STUN], username: 'more' });
    proxyConfig.hostAddress = 'other';
    libdatachannel.mtu = 9;
    browser.bundlePolicy = 'other';
    expect(config).toEqual(before);
    expect(config).toMatchObject({ proxyConfig: { hostAddress: 'proxy' }, libdatachannel: { mtu: 1200 } });
  });

  it('turns an input that throws when it is read into ERR_INVALID_PARAMETER', () => {
    const thrower = (thrown: unknown) => ({
      get iceServers(): never {
        throw thrown;
      },
    });
    expectRefused(configure(thrower(new Error('getter'))));
    errors.length = 0;
    expectRefused(configure(thrower(Object.create(null))));
  });
});

describe('ICE servers', () => {
  it('R-007 urls is one text or a list of the schemes stun, stuns, turn and turns', () => {
    const urls = ['stun:a', 'stuns:b', 'turn:c?transport=udp', 'turns:d'];
    expect(configure({ iceServers: [{ urls: STUN }, { urls }] })).toMatchObject({
      iceServers: [{ urls: [STUN] }, { urls }],
    });
  });

  it('C-04 the shape of MagicLeap is converted, and the usual names win', () => {
    const iceServers = [
      { uri: 'turn:a', userName: 'u', password: 'p' },
      { urls: 'turn:b', uri: 'turn:x', username: 'n', userName: 'x', credential: 'c', password: 'x' },
      { urls: STUN },
    ];
    const config = configure({ iceServers });
    expect(typeof config === 'object' && config.iceServers).toEqual([
      { urls: ['turn:a'], username: 'u', credential: 'p' },
      { urls: ['turn:b'], username: 'n', credential: 'c' },
      { urls: [STUN] },
    ]);
  });

  it.each([
    ['no object', 'stun:a'],
    ['null', null],
    ['a list', [STUN]],
    ['without urls', { username: 'u' }],
    ['an empty list', { urls: [] }],
    ['an empty text', { urls: '' }],
    ['no text', { urls: 7 }],
    ['one bad of two', { urls: [STUN, 'http://a'] }],
    ['another scheme', { urls: 'http://a' }],
    ['a scheme without a host', { urls: 'stun:' }],
    ['a space in it', { urls: 'stun:a b' }],
    ['no scheme', { urls: 'stun.example.org' }],
  ])('R-007 an entry that is %s gives ERR_INVALID_PARAMETER, whatever is beside it', (_name, entry) => {
    expectRefused(configure({ iceServers: [{ urls: STUN }, entry] }));
  });
});

describe('R-035 proxies', () => {
  const proxy = { type: ProxyType.PROXY_TYPE_HTTP, hostAddress: 'proxy.example.org', hostPort: 8080 };

  it.each([null, undefined, { type: ProxyType.PROXY_TYPE_NONE, hostAddress: '', hostPort: 0 }])(
    '%j is no proxy',
    (given) => {
      expect(configure({ proxyConfig: given })).toMatchObject({ proxyConfig: null });
    },
  );

  it.each([ProxyType.PROXY_TYPE_HTTP, ProxyType.PROXY_TYPE_SOCKS5])('type %i needs the capability', (type) => {
    expect(configure({ proxyConfig: { ...proxy, type } }, CAN_PROXY)).toMatchObject({
      proxyConfig: { ...proxy, type },
    });
    expectRefused(configure({ proxyConfig: { ...proxy, type } }), Err.ERR_UNAVAILABLE);
  });

  it.each([
    [{ hostAddress: '' }],
    [{ hostAddress: undefined }],
    [{ hostPort: 0 }],
    [{ hostPort: 65536 }],
    [{ hostPort: 80.5 }],
    [{ hostPort: '80' }],
    [{ type: 3 }],
    [{ type: undefined }],
  ])('%j gives ERR_INVALID_PARAMETER, also where a proxy is possible', (change) => {
    expectRefused(configure({ proxyConfig: { ...proxy, ...change } }));
    errors.length = 0;
    expectRefused(configure({ proxyConfig: { ...proxy, ...change } }, CAN_PROXY));
  });

  it.each(['proxy', 7, [proxy]])('%j is not an object', (given) => {
    expectRefused(configure({ proxyConfig: given }, CAN_PROXY));
  });

  it.each([1, 65535])('takes the port %i', (hostPort) => {
    expect(configure({ proxyConfig: { ...proxy, hostPort } }, CAN_PROXY)).toMatchObject({ proxyConfig: { hostPort } });
  });

  it.each([
    ['proxyAutoDetect', { autoDetect: true }],
    ['proxyAutoConfig', { autoConfigUrl: 'http://a/pac' }],
    ['proxyBypass', { bypassList: 'localhost' }],
  ] as const)('what needs the capability %s is refused without it rather than ignored', (capability, change) => {
    const proxyConfig = { ...proxy, ...change };
    expect(configure({ proxyConfig }, { ...CAN_PROXY, [capability]: true })).toMatchObject({ proxyConfig: change });
    expectRefused(configure({ proxyConfig }, CAN_PROXY), Err.ERR_UNAVAILABLE);
  });
});

describe('parseChannelOptions', () => {
  const defaults = {
    negotiated: false,
    id: null,
    ordered: true,
    maxRetransmits: null,
    maxPacketLifeTime: null,
    protocol: '',
  };

  it.each([undefined, null, {}, 'text'])('gives the defaults for %j', (input) => {
    expect(channel(input)).toEqual(defaults);
    expect(errors).toEqual([]);
  });

  it('takes what it is given', () => {
    expect(channel({ negotiated: true, id: 0, ordered: false, maxRetransmits: 0, protocol: 'p' })).toEqual({
      ...defaults,
      negotiated: true,
      id: 0,
      ordered: false,
      maxRetransmits: 0,
      protocol: 'p',
    });
  });

  it.each([
    ['negotiated without id', { negotiated: true }],
    ['id without negotiated', { id: 1 }],
    ['id with negotiated: false', { id: 1, negotiated: false }],
    ['an id that is no integer', { negotiated: true, id: 1.5 }],
    ['an id that is a text', { negotiated: true, id: '1' }],
    ['a negative id', { negotiated: true, id: -1 }],
    ['the id 65535', { negotiated: true, id: 65535 }],
    ['an id in use', { negotiated: true, id: 7 }],
    ['both reliability options', { maxRetransmits: 1, maxPacketLifeTime: 1 }],
    ['both with the other spelling', { maxRetransmits: 0, maxPacketLifetime: 0 }],
    ['two lifetimes that differ', { maxPacketLifeTime: 1, maxPacketLifetime: 2 }],
    ['maxRetransmits below 0', { maxRetransmits: -1 }],
    ['maxRetransmits above 65535', { maxRetransmits: 65536 }],
    ['maxPacketLifeTime above 65535', { maxPacketLifeTime: 65536 }],
    ['maxPacketLifetime that is no integer', { maxPacketLifetime: 0.5 }],
    ['a protocol that is no text', { protocol: 7 }],
    ['a long protocol', { protocol: 'a'.repeat(65536) }],
  ])('R-037 refuses %s with one error report', (_name, input) => {
    expectRefused(channel(input, { inUse: [7] }));
  });

  it('R-037 takes ids up to 65534 and up to what the back end can', () => {
    const most = { negotiated: true, id: 65534 };
    expect(channel(most)).toMatchObject(most);
    const capabilities = { ...NO_CAPABILITIES, maxDataChannelId: 1023 };
    expect(channel({ negotiated: true, id: 1023 }, { capabilities })).toMatchObject({ id: 1023 });
    expectRefused(channel({ negotiated: true, id: 1024 }, { capabilities }));
  });

  it('R-037 never takes the id 65535, which reads as unset', () => {
    expectRefused(
      channel({ negotiated: true, id: 65535 }, { capabilities: { ...NO_CAPABILITIES, maxDataChannelId: 65535 } }),
    );
  });

  it('C-13 accepts both spellings of the lifetime, and both at once with the same value', () => {
    const spellings = [
      { maxPacketLifeTime: 9 },
      { maxPacketLifetime: 9 },
      { maxPacketLifeTime: 9, maxPacketLifetime: 9 },
    ];
    for (const input of spellings) expect(channel(input)).toEqual({ ...defaults, maxPacketLifeTime: 9 });
  });

  it('takes null for a reliability option that is not set', () => {
    expect(channel({ maxRetransmits: null, maxPacketLifeTime: 5 })).toMatchObject({ maxPacketLifeTime: 5 });
  });

  it('R-037 measures label and protocol in UTF-8 bytes', () => {
    for (const [text, fits] of [
      ['a'.repeat(65535), true],
      ['é'.repeat(32767), true],
      ['é'.repeat(32768), false],
      ['✓'.repeat(21845), true],
      ['✓'.repeat(21846), false],
    ] as const) {
      expect(typeof channel({}, { label: text })).toBe(fits ? 'object' : 'number');
      expect(typeof channel({ protocol: text })).toBe(fits ? 'object' : 'number');
    }
  });

  it('R-037 refuses a label that is no text', () => {
    expectRefused(channel({}, { label: 7 }));
  });
});
