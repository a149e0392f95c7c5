import { afterEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../src/index.js';
import { recordErrors } from '../core/support/errors.js';
import { OFFER, Stand } from '../support/fake-extension.js';
import { PlainProvider } from './support/plain-provider.js';

const errors = recordErrors();
vi.setConfig({ testTimeout: 60_000 });
const PATIENT = { timeout: 60_000, interval: 1 };
const CHUNK = '../../src/extension/identity-desk.js';

afterEach(() => {
  vi.doUnmock(CHUNK);
  vi.resetModules();
});

/** A connection with a provider, whose chunk fails to load, or never comes; and what it asks with. */
function without(how: 'fails' | 'stalls', clock: ManualClock, required = false): Stand {
  vi.doMock(CHUNK, () => (how === 'fails' ? Promise.reject(new Error('HTTP 503')) : new Promise(() => {})));
  const stand = new Stand();
  stand.connection.setIdentityProvider(new PlainProvider('Ann'), { clock, required });
  stand.open();
  return stand;
}
const verdict = ({ signals, connection }: Stand): unknown[] => [
  signals.filter((text) => text.startsWith('identity_result')),
  connection.getConnectionState(),
  connection.getIdentityError()?.reason,
  connection.getPeerIdentity(),
];
const REFUSED = (reason: string): unknown[] => [['identity_result 4 null'], 5, reason, null];
const offers = ({ connection, fake }: Stand): void => {
  connection.createOffer();
  fake.report.sessionDescriptionCreated('offer', OFFER);
};
const isOffered = ({ connection }: Stand): void => void connection.setRemoteDescription('offer', OFFER);

describe('R-059 R-061 a connection whose part for identities cannot be loaded', () => {
  it.each([
    ['an offer of its own', offers],
    ['an offer of the other side', isOffered],
  ])('closes, and tells why: with %s', async (_what, begin) => {
    const stand = without('fails', new ManualClock());
    begin(stand);
    await expect.poll(() => stand.poll().length * 0 + stand.connection.getConnectionState(), PATIENT).toBe(5);
    expect(verdict(stand)).toEqual(REFUSED('failed'));
    expect(stand.connection.getIdentityError()?.message).toContain('could not be loaded');
    expect(stand.signals.slice(-2)).toEqual(['connection_state_changed 5', 'signaling_state_changed 5']);
    expect(stand.signals.join()).not.toContain('session_description_created');
    expect([stand.poll(3), errors]).toEqual([[], []]);
  });

  it('does nothing by that alone, and nothing more when it is closed', async () => {
    const stand = without('fails', new ManualClock());
    await expect.poll(() => stand.connection.getIdentityError()?.reason, PATIENT).toBe('failed');
    expect(stand.poll(3)).toEqual(['negotiation_needed']);
    offers(stand);
    stand.connection.close();
    expect(stand.poll(3)).toEqual([]);
  });

  it('what comes when it is too late is not used', async () => {
    const chunk: { arrives?: (loaded: object) => void } = {};
    vi.doMock(
      CHUNK,
      () =>
        new Promise((resolve) => {
          chunk.arrives = resolve;
        }),
    );
    const clock = new ManualClock();
    const stand = new Stand();
    const provider = new PlainProvider('Ann');
    stand.connection.setIdentityProvider(provider, { clock });
    stand.open();
    offers(stand);
    stand.poll();
    clock.advance(5000);
    stand.poll();
    await expect.poll(() => chunk.arrives, PATIENT).toBeTypeOf('function');
    chunk.arrives?.(await vi.importActual<object>(CHUNK));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([stand.poll(3), provider.asked]).toEqual([[], []]);
    expect(verdict(stand)).toEqual(REFUSED('timeout'));
  });

  it.each([
    ['an offer of its own', offers],
    ['an offer of the other side', isOffered],
  ])('waits for it for 5 s: with %s', (_what, begin) => {
    const clock = new ManualClock();
    const stand = without('stalls', clock, true);
    clock.advance(60_000);
    stand.poll();
    begin(stand);
    stand.poll();
    clock.advance(4999);
    stand.poll(3);
    expect(verdict(stand)).toEqual([[], 1, undefined, null]);
    clock.advance(1);
    stand.poll();
    expect(verdict(stand)).toEqual(REFUSED('timeout'));
    expect(stand.poll(3)).toEqual([]);
  });
});
