import { WebRTCMultiplayerPeer, WebSocketMultiplayerPeer } from 'scenewire';
import { expect, it } from 'vitest';
import { checkedOptions } from '../../src/multiplayer/link/checked-options.js';
import { DEFAULT_LINK_OPTIONS, type LinkOptions } from '../../src/multiplayer/link/link-limits.js';
import { recordErrors } from '../core/support/errors.js';

const errors = recordErrors();

it('the options of the link are the defaults but for those that were given', () => {
  const notGiven: object = { maxAgeMs: undefined };
  expect(checkedOptions({ goneAfterMs: 20_000, maxViolations: 0, ...notGiven })).toEqual({
    ...DEFAULT_LINK_OPTIONS,
    goneAfterMs: 20_000,
    maxViolations: 0,
  });
  expect(errors).toEqual([]);
});

it.each([
  ['goneAfterMs', Number.NaN],
  ['maxAgeMs', -1],
  ['maxInboxBytes', '16 MiB'],
  ['maxPacketBytes', Number.POSITIVE_INFINITY],
  ['maxPacketBytes', 2 ** 32],
])('an option of the link that makes no sense is reported once, and is the default: %s %s', (name, value) => {
  const given = { [name]: value } as Partial<LinkOptions>;
  expect(checkedOptions(given)).toEqual(DEFAULT_LINK_OPTIONS);
  expect(errors.splice(0)).toHaveLength(1);
  for (const Peer of [WebRTCMultiplayerPeer, WebSocketMultiplayerPeer]) {
    new Peer({ link: given });
    expect(errors.splice(0)).toHaveLength(1);
  }
});

it.each([
  ['unresponsiveAfterMs', 'goneAfterMs'],
  ['hiddenUnresponsiveAfterMs', 'hiddenGoneAfterMs'],
  ['reliableLowBytes', 'reliableHighBytes'],
  ['maxPacketBytes', 'maxInboxBytes'],
] as const)(
  'of two options that contradict each other both are reported once, and are the defaults: %s above %s',
  (lesser, greater) => {
    expect(checkedOptions({ [lesser]: 300, [greater]: 300 })).toMatchObject({ [lesser]: 300, [greater]: 300 });
    expect(errors).toEqual([]);
    expect(checkedOptions({ [lesser]: 300, [greater]: 299, maxViolations: 1 })).toEqual({
      ...DEFAULT_LINK_OPTIONS,
      maxViolations: 1,
    });
    expect(errors.splice(0).map(({ text }) => text)).toEqual([
      `The link's ${lesser} (300) is above its ${greater} (299): both are the defaults`,
    ]);
  },
);

it.each([
  [
    'a long silence is asked for',
    { unresponsiveAfterMs: 90_000 },
    ['goneAfterMs', 'hiddenUnresponsiveAfterMs', 'hiddenGoneAfterMs'],
  ],
  ['nobody is ever gone', { goneAfterMs: Number.POSITIVE_INFINITY }, ['hiddenGoneAfterMs']],
  ['the dead are gone at once', { goneAfterMs: 500 }, ['unresponsiveAfterMs']],
  ['few bytes may wait', { reliableHighBytes: 100_000 }, ['reliableLowBytes']],
  ['little memory is given', { maxInboxBytes: 1 << 20 }, ['maxPacketBytes']],
] as const)('a default follows what was given where it would contradict it: %s', (_what, given, following) => {
  const [value] = Object.values(given);
  const followed = Object.fromEntries(following.map((name) => [name, value]));
  expect(checkedOptions(given)).toEqual({ ...DEFAULT_LINK_OPTIONS, ...given, ...followed });
  expect(errors).toEqual([]);
});

it('a hidden page may be given less time than others, where that is asked for', () => {
  const given = { hiddenUnresponsiveAfterMs: 1000, hiddenGoneAfterMs: 2000 };
  expect(checkedOptions(given)).toEqual({ ...DEFAULT_LINK_OPTIONS, ...given });
  expect(errors).toEqual([]);
});
