import { afterEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import { LazyMedia } from '../../src/extension/lazy-media.js';
import type { MediaHost } from '../../src/extension/media/media-host.js';
import { Err } from '../../src/index.js';
import { recordErrors } from '../core/support/errors.js';
import { Stand } from '../support/fake-extension.js';

const errors = recordErrors();
vi.setConfig({ testTimeout: 60_000 });
const PATIENT = { timeout: 60_000, interval: 1 };
const CHUNK = '../../src/extension/media/connection-media.js';
const TRACK = { id: 'voice', kind: 'audio' } as MediaStreamTrack;
const TOLD = 'error_occurred What carries tracks could not be loaded';

afterEach(() => {
  vi.doUnmock(CHUNK);
  vi.resetModules();
  vi.restoreAllMocks();
});

/** A connection that was given a track, whose part for tracks fails to load, or never comes. */
function without(how: 'fails' | 'stalls', channels = true): Stand {
  vi.doMock(CHUNK, () => (how === 'fails' ? Promise.reject(new Error('HTTP 503')) : new Promise(() => {})));
  const stand = new Stand({}, { media: true });
  if (channels) stand.open();
  expect(stand.connection.addLocalTrack(TRACK)).toBe(Err.OK);
  return stand;
}
const heard = ({ signals }: Stand): string[] => signals.filter((text) => text.startsWith('error_occurred'));
const offers = ({ fake }: Stand): string[] => fake.calls.filter((call) => call === '_createOffer');

describe('a connection whose part for tracks cannot be loaded', () => {
  it('tells it, and makes its offer without them', async () => {
    const stand = without('fails');
    expect(stand.connection.createOffer()).toBe(Err.OK);
    expect(offers(stand)).toEqual([]);
    await expect.poll(() => stand.poll().join() + heard(stand).join(), PATIENT).toContain(TOLD);
    expect([heard(stand), offers(stand), errors]).toEqual([[TOLD], ['_createOffer'], []]);
  });

  it('tells that there is nothing to offer, where there was nothing else', async () => {
    const stand = without('fails', false);
    expect(stand.connection.createOffer()).toBe(Err.OK);
    await expect.poll(() => stand.poll().join() + heard(stand).join(), PATIENT).toContain(TOLD);
    expect([offers(stand), errors.splice(0)]).toEqual([[], [expect.objectContaining({ err: Err.FAILED })]]);
  });

  it('says nothing more when it is closed', async () => {
    const stand = without('fails');
    stand.connection.createOffer();
    stand.connection.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([stand.poll(3), offers(stand), errors]).toEqual([[], [], []]);
  });

  it('is told by the clock that it is given', () => {
    vi.doMock(CHUNK, () => new Promise(() => {}));
    const clock = new ManualClock();
    const told: string[] = [];
    const host = {
      isClosed: false,
      reports: { push: (report: () => void) => report() },
      tell: (text: string) => told.push(text),
    };
    const media = new LazyMedia(host as unknown as MediaHost, clock);
    const parts: unknown[] = [];
    media.use((part) => parts.push(part));
    media.after(() => parts.push('behind'));
    clock.advance(4999);
    media.poll();
    expect([told, parts]).toEqual([[], []]);
    clock.advance(1);
    media.poll();
    expect([told, parts]).toEqual([['What carries tracks could not be loaded'], ['behind']]);
  });

  it('waits for it for 5 s', () => {
    let now = 1000;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const stand = without('stalls');
    stand.connection.createOffer();
    now += 4999;
    expect([stand.poll(2).filter((text) => text.startsWith('error')), offers(stand)]).toEqual([[], []]);
    now += 1;
    stand.poll();
    expect([heard(stand), offers(stand)]).toEqual([[TOLD], ['_createOffer']]);
    expect([stand.poll(3), errors]).toEqual([[], []]);
  });
});
