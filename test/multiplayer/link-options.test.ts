import { WebRTCMultiplayerPeer, WebSocketMultiplayerPeer } from 'scenewire';
import { expect, it } from 'vitest';
import { checkedOptions } from '../../src/multiplayer/link/checked-options.js';
import { DEFAULT_LINK_OPTIONS, type LinkOptions } from '../../src/multiplayer/link/link-limits.js';
import { recordErrors } from '../core/support/errors.js';

const errors = recordErrors();

it('the options of the link are the defaults but for those that were given', () => {
  const notGiven: object = { maxAgeMs: undefined };
  expect(checkedOptions({ goneAfterMs: Number.POSITIVE_INFINITY, maxViolations: 0, ...notGiven })).toEqual({
    ...DEFAULT_LINK_OPTIONS,
    goneAfterMs: Number.POSITIVE_INFINITY,
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
