import type { Dice } from './dice.js';

/** Values that no type allows and callers hand in nevertheless. */
const ANYTHING: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => -1,
  () => 0,
  () => 2 ** 53,
  () => 1.5,
  () => '',
  () => 'x',
  () => '\ud800\0',
  () => [],
  () => ({}),
  () => true,
  () => 5n,
  () => Symbol('odd'),
  () => () => 'called',
  () => new Uint8Array(3),
  () => Object.create(null),
  () => throwing(),
];

/** An object every member of which throws when it is read. */
function throwing(): object {
  const refuse = (): never => {
    throw new Error('a member that cannot be read');
  };
  return new Proxy(Object.create(null), {
    get: refuse,
    has: refuse,
    ownKeys: refuse,
    getOwnPropertyDescriptor: refuse,
  });
}

export const anything = (dice: Dice): unknown => dice.pick(ANYTHING)();

export const oddNumber = (dice: Dice): number =>
  dice.pick([0, 1, -1, 2, 7, 1023, 1024, 65534, 65535, 65536, 2 ** 31, -(2 ** 31), 2 ** 53, 0.5, Number.NaN, Infinity]);

export const oddText = (dice: Dice): string =>
  dice.pick([
    '',
    'game',
    'héllo✓',
    '\0',
    'a\0b',
    '\ud800',
    'x'.repeat(300),
    'é'.repeat(20_000),
    'y'.repeat(65_535),
    'z'.repeat(70_000),
    '__proto__',
    '"\r\na=x',
  ]);

/** Each member now and then: a fitting value mostly, an odd one sometimes. */
export function oddRecord(members: Readonly<Record<string, (dice: Dice) => unknown>>, dice: Dice): unknown {
  if (dice.chance(0.05)) return anything(dice);
  const record: Record<string, unknown> = {};
  for (const [name, make] of Object.entries(members)) {
    if (dice.chance(0.35)) record[name] = dice.chance(0.1) ? anything(dice) : make(dice);
  }
  return record;
}

/** No names to look up: nothing here may wait for a resolver. */
const SERVERS = [
  'stun:127.0.0.1:9',
  'turn:127.0.0.1:9',
  'turn:127.0.0.1:9?transport=tcp',
  'turns:127.0.0.1:9',
  'stun:[::1]:9',
  'stun:127.0.0.1:99999',
  'stun:',
  'http://127.0.0.1',
  'turn:@:9',
  'stun:\0',
  'x'.repeat(5000),
];

const server = (dice: Dice): unknown =>
  oddRecord(
    {
      urls: (d) => (d.chance(0.5) ? d.pick(SERVERS) : [d.pick(SERVERS), d.pick(SERVERS)]),
      uri: (d) => d.pick(SERVERS),
      username: oddText,
      credential: oddText,
    },
    dice,
  );

export const iceServers = (dice: Dice): unknown => Array.from({ length: dice.below(4) }, () => server(dice));

const proxy = (dice: Dice): unknown =>
  oddRecord(
    { type: (d) => d.below(4), hostAddress: oddText, hostPort: oddNumber, autoDetect: (d) => d.chance(0.5) },
    dice,
  );

/** Half of the configurations are good, so that what comes after them means something. */
export function configuration(dice: Dice): unknown {
  if (dice.chance(0.5)) return dice.pick([undefined, {}, { autoAnswer: false }, { maxInboundPackets: 4 }]);
  return oddRecord(
    {
      iceServers,
      iceTransportPolicy: (d) => d.pick(['all', 'relay', 'none']),
      proxyConfig: proxy,
      autoAnswer: (d) => d.chance(0.5),
      maxInboundPackets: oddNumber,
      maxInboundBytes: oddNumber,
      maxOutboundBytes: oddNumber,
      browser: (d) => oddRecord({ bundlePolicy: oddText, iceCandidatePoolSize: oddNumber, certificates: anything }, d),
      libdatachannel: (d) =>
        oddRecord({ mtu: oddNumber, maxMessageSize: oddNumber, portRangeBegin: oddNumber, portRangeEnd: oddNumber }, d),
    },
    dice,
  );
}

export function channelOptions(dice: Dice): unknown {
  if (dice.chance(0.5))
    return dice.pick([undefined, {}, { ordered: false, maxRetransmits: 0 }, { negotiated: true, id: 1 }]);
  return oddRecord(
    {
      negotiated: (d) => d.chance(0.7),
      id: oddNumber,
      ordered: (d) => d.chance(0.5),
      maxRetransmits: oddNumber,
      maxPacketLifeTime: oddNumber,
      maxPacketLifetime: oddNumber,
      protocol: oddText,
    },
    dice,
  );
}

export const offerOptions = (dice: Dice): unknown =>
  dice.chance(0.6)
    ? undefined
    : oddRecord({ renegotiate: (d) => d.chance(0.8), iceRestart: (d) => d.chance(0.5) }, dice);

export function packet(dice: Dice): unknown {
  if (dice.chance(0.1)) return anything(dice);
  const size = dice.pick([0, 1, 3, 100, 1200, 16_384, 65_536, 262_144, 262_145]);
  const bytes = new Uint8Array(size).fill(dice.below(256));
  return dice.chance(0.2) ? bytes.subarray(dice.below(size + 1)) : bytes;
}
