import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import { Err } from '../../src/core/err.js';
import { setErrorHandler } from '../../src/core/fail.js';
import { type NegotiationMessage, PerfectNegotiation } from '../../src/extension/media/perfect-negotiation.js';
import { WebRTCPeerConnection } from '../../src/extension/webrtc-peer-connection.js';
import { SignalingState } from '../../src/extension/webrtc-types.js';
import { audioTrack, videoTrack, WrtcExtension } from './support/wrtc.js';

vi.setConfig({ testTimeout: 30_000 });

/** Two connections that negotiate through messages, which take some frames on their way. */
class Negotiators {
  readonly a = new WebRTCPeerConnection({ extension: WrtcExtension });
  readonly b = new WebRTCPeerConnection({ extension: WrtcExtension });
  readonly told: string[] = [];
  readonly sent: string[] = [];
  delay = 3;
  readonly #mail: { due: number; deliver: () => void }[] = [];
  readonly #ends = new Map<WebRTCPeerConnection, PerfectNegotiation>();
  #frame = 0;

  constructor() {
    this.#tie('a', this.a, this.b);
    this.#tie('b', this.b, this.a);
  }

  end(connection: WebRTCPeerConnection): PerfectNegotiation {
    return this.#ends.get(connection) as PerfectNegotiation;
  }

  async connect(): Promise<void> {
    this.a.createDataChannel('game', { negotiated: true, id: 1 });
    this.b.createDataChannel('game', { negotiated: true, id: 1 });
    this.a.createOffer();
    await this.until(() => this.a.isPeerConnected() && this.b.isPeerConnected());
    for (const connection of [this.a, this.b]) {
      connection.session_description_created.connect((type) => this.told.push(type));
      connection.error_occurred.connect((message) => this.told.push(message));
    }
  }

  async until(holds: () => boolean): Promise<void> {
    const end = performance.now() + 20_000;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`never came true: ${holds}; sent ${this.sent}; told ${this.told}`);
      this.#frame += 1;
      for (const { deliver } of this.#mail.filter(({ due }) => due === this.#frame)) deliver();
      this.a.poll();
      this.b.poll();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  get isAtRest(): boolean {
    return [this.a, this.b].every((end) => end.getSignalingState() === SignalingState.SIGNALING_STATE_STABLE);
  }

  close(): void {
    this.a.close();
    this.b.close();
  }

  #tie(name: string, from: WebRTCPeerConnection, to: WebRTCPeerConnection): void {
    const first = (type: 'offer' | 'answer', sdp: string): void => {
      from.setLocalDescription(type, sdp);
      to.setRemoteDescription(type, sdp);
    };
    from.session_description_created.connect(first);
    from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
    const send = (message: NegotiationMessage): void => {
      this.sent.push(`${name} ${message.type}`);
      this.#mail.push({ due: this.#frame + this.delay, deliver: () => void this.#ends.get(to)?.receive(message) });
    };
    this.#ends.set(from, new PerfectNegotiation(from, { polite: from === this.b, send }));
  }
}

let game: Negotiators;
let errors: string[];
beforeEach(async () => {
  errors = [];
  setErrorHandler((text) => errors.push(text));
  game = new Negotiators();
  await game.connect();
});
afterEach(() => {
  game.close();
  setErrorHandler(null);
});

describe('C-07 perfect negotiation', () => {
  it('a track is agreed on without a signal of the connection', async () => {
    game.a.addLocalTrack(audioTrack(), ['voice']);
    await game.until(() => game.b.getRemoteStreams().length === 1 && game.isAtRest);
    expect([game.told, game.sent.slice(0, 2)]).toEqual([[], ['a offer', 'b answer']]);
  });

  it('both offer at the same moment: the polite one gives way, and both tracks arrive', async () => {
    game.delay = 12;
    game.a.addLocalTrack(audioTrack(), ['from-a']);
    game.b.addLocalTrack(videoTrack(), ['from-b']);
    await game.until(() => game.a.getRemoteStreams().length === 1 && game.b.getRemoteStreams().length === 1);
    await game.until(() => game.isAtRest);
    expect([game.a.getRemoteStreams()[0]?.id, game.b.getRemoteStreams()[0]?.id]).toEqual(['from-b', 'from-a']);
    expect(game.sent.filter((line) => line.endsWith('offer'))).toEqual(['a offer', 'b offer', 'b offer']);
    expect([game.told, errors]).toEqual([[], []]);
  });

  it('both change their minds over and over, at the same moments: nothing is lost, nothing is stuck', async () => {
    const [sound, picture] = [audioTrack(), videoTrack()];
    for (let n = 0; n < 20; n += 1) {
      game.delay = 1 + (n % 7);
      game.a.addLocalTrack(sound, ['a']);
      game.b.addLocalTrack(picture, ['b']);
      await game.until(() => game.a.getRemoteStreams().length === 1 && game.b.getRemoteStreams().length === 1);
      game.b.removeLocalTrack(picture);
      game.a.removeLocalTrack(sound);
      await game.until(() => game.a.getRemoteStreams().length === 0 && game.b.getRemoteStreams().length === 0);
    }
    await game.until(() => game.isAtRest);
    const sections = game.a.getLocalDescription()?.sdp.match(/^m=/gm) ?? [];
    // Sections are used again: a description that grew would not be taken one day.
    expect(sections.length).toBeLessThanOrEqual(4);
    expect([game.told, errors]).toEqual([[], []]);
    expect([game.a.isPeerConnected(), game.b.isPeerConnected()]).toEqual([true, true]);
  });

  it('an offer that makes no sense is refused, and the next one is taken', async () => {
    const before = game.sent.length;
    game.end(game.b).receive({ type: 'offer', sdp: 'v=0\r\nnonsense' });
    await game.until(() => game.sent.length > before);
    expect(game.sent.at(-1)).toBe('b refused');
    game.a.addLocalTrack(audioTrack(), ['voice']);
    await game.until(() => game.b.getRemoteStreams().length === 1);
  });

  it('a side that refuses again and again is asked less and less often', async () => {
    const { a } = game;
    game.end(a).close();
    const clock = new ManualClock(1000);
    let offers = 0;
    const stubborn = new PerfectNegotiation(a, {
      polite: true,
      clock,
      send: ({ type }) => {
        if (type !== 'offer') return;
        offers += 1;
        queueMicrotask(() => stubborn.receive({ type: 'refused' }));
      },
    });
    a.addLocalTrack(audioTrack(), ['voice']);
    const isAsked = (times: number): Promise<void> => game.until(() => offers === times && game.isAtRest);
    await isAsked(3);
    for (const [pauseMs, times] of [
      [250, 4],
      [500, 5],
      [1000, 6],
    ] as const) {
      clock.advance(pauseMs - 1);
      stubborn.retry();
      let frames = 0;
      await game.until(() => ++frames > 25);
      expect(offers).toBe(times - 1);
      clock.advance(1);
      stubborn.retry();
      await isAsked(times);
    }
    stubborn.close();
  });

  it('an answer that makes no sense takes the offer back', async () => {
    game.delay = 100_000;
    game.a.addLocalTrack(audioTrack(), ['voice']);
    await game.until(() => game.a.getSignalingState() === SignalingState.SIGNALING_STATE_HAVE_LOCAL_OFFER);
    game.end(game.a).receive({ type: 'answer', sdp: 'v=0\r\nnonsense' });
    await game.until(() => game.isAtRest);
  });

  it('what fits nowhere changes nothing', () => {
    const { a } = game;
    const end = game.end(a);
    expect([
      end.receive({ type: 'answer', sdp: 'v=0' }),
      end.receive({ type: 'refused' }),
      end.receive({ type: 'candidate', media: '0', index: 0, name: 'nonsense' }),
      end.receive({ type: 'other' } as never),
    ]).toEqual([Err.OK, Err.OK, Err.FAILED, Err.ERR_INVALID_PARAMETER]);
    // What a stranger's JSON may be.
    for (const text of ['null', '"offer"', '7', '[]', '{"type":"offer"}', '{"type":"candidate"}']) {
      expect(end.receive(JSON.parse(text)), text).not.toBe(Err.OK);
    }
    expect([a.getSignalingState(), a.isPeerConnected()]).toEqual([SignalingState.SIGNALING_STATE_STABLE, true]);
  });

  it('after close() the connection is its user’s again', async () => {
    game.end(game.a).close();
    let isNeeded = false;
    game.a.negotiation_needed.connect(() => {
      isNeeded = true;
    });
    game.a.addLocalTrack(audioTrack(), ['voice']);
    await game.until(() => isNeeded);
    expect(game.a.createOffer({ renegotiate: true })).toBe(Err.OK);
    await game.until(() => game.told.includes('offer'));
    await game.until(() => game.b.getRemoteStreams().length === 1);
  });
});
