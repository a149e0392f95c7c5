import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { LIFE } from '../../src/extension/connection-queries.js';
import { type ConnectionMedia, openMedia } from '../../src/extension/media/connection-media.js';
import { WebRTCPeerConnection } from '../../src/extension/webrtc-peer-connection.js';

/** Tracks of a connection whose back end is what the test says. */
class Due {
  readonly host = {
    signals: new WebRTCPeerConnection(),
    isClosed: false,
    isAtRest: true,
    needsNegotiation: null as 'channel' | 'restart' | null,
    tell: () => {},
  };
  readonly driver = {
    isOfferDue: true,
    received: () => [],
    addTrack: () => Err.OK,
    removeTrack: () => Err.OK,
    replaceTrack: () => Err.OK,
    written: (sdp: string) => sdp,
    read: (sdp: string) => sdp,
    stats: () => Promise.reject(new Error('never asked')),
  };
  readonly media: ConnectionMedia;

  constructor() {
    const { reports } = this.host.signals[LIFE] ?? {};
    if (reports === undefined) throw new Error('not initialized');
    const host = Object.assign(this.host, { reports, extension: { _openMedia: () => this.driver } });
    this.media = openMedia(host) as ConnectionMedia;
  }

  /** Whether a poll asks for an offer. */
  asks(): boolean {
    this.host.needsNegotiation = null;
    this.media.poll();
    return this.host.needsNegotiation !== null;
  }
}

describe('R-054 negotiation_needed for tracks', () => {
  it('comes once for an offer that was taken back, also when a poll is between that and its being applied', () => {
    const due = new Due();
    // The offer was applied, and then that it was taken back.
    due.media.noteReceived();
    expect(due.asks()).toBe(true);
    due.media.noteReceived();
    expect(due.asks()).toBe(false);
  });

  it('comes again after an exchange that left something out', () => {
    const due = new Due();
    due.media.noteReceived();
    expect(due.asks()).toBe(true);
    due.host.isAtRest = false;
    expect(due.asks()).toBe(false);
    due.host.isAtRest = true;
    due.media.noteReceived();
    expect(due.asks()).toBe(true);
  });

  it('comes again for what is asked for anew, and when it was not needed for a while', () => {
    const due = new Due();
    const track = { id: 'voice', kind: 'audio', enabled: true } as const;
    expect(due.media.addTrack(track, [])).toBe(Err.OK);
    expect(due.asks()).toBe(true);
    expect(due.asks()).toBe(false);
    expect(due.media.removeTrack(track)).toBe(Err.OK);
    expect(due.asks()).toBe(true);
    due.driver.isOfferDue = false;
    due.media.noteReceived();
    expect(due.asks()).toBe(false);
    due.driver.isOfferDue = true;
    due.media.noteReceived();
    expect(due.asks()).toBe(true);
  });
});
