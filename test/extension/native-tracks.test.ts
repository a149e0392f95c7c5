import type { PeerConnection } from 'node-datachannel';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Err } from '../../src/core/err.js';
import { setErrorHandler } from '../../src/core/fail.js';
import { PerfectNegotiation } from '../../src/extension/media/perfect-negotiation.js';
import type { RtpPort, RtpReceiver, RtpSender } from '../../src/extension/media/rtp-port.js';
import type { Addon } from '../../src/extension/native/native-addon.js';
import { NativeMedia } from '../../src/extension/native/native-media.js';
import { WebRTCPeerConnection } from '../../src/extension/webrtc-peer-connection.js';
import { Child, Programs } from '../hostile/support/programs.js';
import { NativePair } from './support/native-pair.js';
import { audioTrack, videoTrack, WrtcExtension } from './support/wrtc.js';

/** Two native connections that pass packets of tracks. */
class TrackedPair extends NativePair {
  readonly #negotiations = new Map<WebRTCPeerConnection, PerfectNegotiation>();

  constructor() {
    super();
    for (const [from, to] of [
      [this.a, this.b],
      [this.b, this.a],
    ] as const) {
      this.#negotiations.set(
        from,
        new PerfectNegotiation(from, {
          polite: from === this.a,
          send: (message) => void this.#negotiations.get(to)?.receive(message),
        }),
      );
    }
  }

  negotiate(from: WebRTCPeerConnection): void {
    this.#negotiations.get(from)?.request();
  }
}

const portOf = (connection: WebRTCPeerConnection): RtpPort => connection.extension?._openRtp?.() as RtpPort;

function packetOf({ payloadType, ssrc }: RtpSender, sequence = 1): Uint8Array {
  const packet = new Uint8Array(16).fill(7);
  packet.set([0x80, payloadType]);
  const view = new DataView(packet.buffer);
  view.setUint16(2, sequence);
  view.setUint32(8, ssrc);
  return packet;
}

vi.setConfig({ testTimeout: 60_000 });

let pair: TrackedPair;
beforeAll(() => setErrorHandler(() => {}));
afterAll(() => setErrorHandler(null));
afterEach(() => pair?.close());

/** Packets of one sender, resent until something has arrived. */
async function arrives(sender: RtpSender, receiver: RtpReceiver): Promise<Uint8Array> {
  let arrived: Uint8Array | null = null;
  receiver.onPacket = (packet) => {
    arrived ??= packet;
  };
  await pair.until(() => {
    sender.send(packetOf(sender));
    return arrived !== null;
  });
  return arrived as unknown as Uint8Array;
}

describe('D20 packets of tracks on the native back end', () => {
  it('travel on a standing connection once both have agreed, under the names of their streams', async () => {
    pair = new TrackedPair();
    await pair.connect();
    const [from, to] = [portOf(pair.a), portOf(pair.b)];
    const sender = from.addSender(0) as RtpSender;
    expect([sender.isLive, from.isOfferDue, to.receivers]).toEqual([false, false, []]);
    sender.streams = ['7~voice'];
    expect(from.isOfferDue).toBe(true);
    pair.negotiate(pair.a);
    await pair.until(() => sender.isLive && to.receivers.length === 1);
    const [receiver] = to.receivers as [RtpReceiver];
    expect([receiver.kind, receiver.streams, from.isOfferDue]).toEqual([0, ['7~voice'], false]);
    expect(await arrives(sender, receiver)).toEqual(packetOf(sender));
  });

  it('are renamed and stopped by another agreement, on the same section', async () => {
    pair = new TrackedPair();
    await pair.connect();
    const [from, to] = [portOf(pair.a), portOf(pair.b)];
    const sender = from.addSender(0) as RtpSender;
    for (const streams of [['7~voice'], ['8~voice', '8~team'], null, ['9~voice']]) {
      sender.streams = streams;
      pair.negotiate(pair.a);
      await pair.until(() => !from.isOfferDue);
      await pair.until(() => (streams === null ? to.receivers.length === 0 : to.receivers.length === 1));
      expect(to.receivers[0]?.streams).toEqual(streams ?? undefined);
      // The library opens it a moment later.
      await pair.until(() => sender.isLive === (streams !== null));
    }
    expect(pair.b.getRemoteDescription()?.sdp.match(/^m=audio/gm)).toHaveLength(1);
  });

  it('a keyframe is asked for across', async () => {
    pair = new TrackedPair();
    await pair.connect();
    const sender = portOf(pair.a).addSender(1) as RtpSender;
    sender.streams = ['screen'];
    pair.negotiate(pair.a);
    const to = portOf(pair.b);
    await pair.until(() => sender.isLive && to.receivers.length === 1);
    const [receiver] = to.receivers as [RtpReceiver];
    await arrives(sender, receiver);
    let asked = 0;
    sender.onKeyframeRequest = () => {
      asked += 1;
    };
    receiver.requestKeyframe();
    await pair.until(() => asked === 1);
  });

  it('others than the one codec, and what is no packet, reach nobody', async () => {
    pair = new TrackedPair();
    await pair.connect();
    const sender = portOf(pair.a).addSender(0) as RtpSender;
    sender.streams = ['voice'];
    pair.negotiate(pair.a);
    const to = portOf(pair.b);
    await pair.until(() => sender.isLive && to.receivers.length === 1);
    const heard: number[] = [];
    const [receiver] = to.receivers as [RtpReceiver];
    receiver.onPacket = (packet) => heard.push(packet[1] as number);
    const other = packetOf(sender, 2);
    other[1] = 9;
    const before = { payloadType: sender.payloadType, sends: [other, new Uint8Array(3), new Uint8Array(1600)] };
    for (const packet of before.sends) sender.send(packet);
    await pair.until(() => {
      sender.send(packetOf(sender, 3));
      return heard.length > 0;
    });
    expect(new Set(heard)).toEqual(new Set([before.payloadType]));
  });

  it('no more than twenty can be sent by one connection', async () => {
    pair = new TrackedPair();
    await pair.connect();
    const port = portOf(pair.a);
    const senders = Array.from({ length: 21 }, () => port.addSender(0));
    expect([senders.filter((sender) => sender !== null).length, senders[20]]).toEqual([20, null]);
  });
});

it('R-053 an offer with sound and pictures is answered; the sections stay, unused, and the data channel works', async () => {
  const browser = new WebRTCPeerConnection({ extension: WrtcExtension });
  const native = new WebRTCPeerConnection();
  const told: string[] = [];
  for (const [from, to] of [
    [browser, native],
    [native, browser],
  ] as const) {
    from.session_description_created.connect((type, sdp) => {
      from.setLocalDescription(type, sdp);
      to.setRemoteDescription(type, sdp);
    });
    from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
    from.track_added.connect(() => told.push('track'));
    from.stream_added.connect(() => told.push('stream'));
  }
  const [here, there] = [browser, native].map((end) => end.createDataChannel('game', { negotiated: true, id: 1 }));
  browser.addLocalTrack(audioTrack(), ['voice']);
  browser.addLocalTrack(videoTrack(), ['screen']);
  expect(browser.createOffer()).toBe(Err.OK);
  const end = performance.now() + 30_000;
  while (there?.getAvailablePacketCount() !== 1) {
    if (performance.now() > end) throw new Error('nothing arrived');
    browser.poll();
    native.poll();
    if (here?.getReadyState() === 1 && here.getBufferedAmount() === 0 && told.length === 0) {
      here.putPacket(Uint8Array.of(1));
      told.push('sent');
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(told).toEqual(['sent']);
  const answer = browser.getRemoteDescription()?.sdp ?? '';
  expect(answer.match(/^m=(?:audio|video) 9/gm)).toHaveLength(2);
  expect(answer.match(/^a=inactive/gm)).toHaveLength(2);
  expect([native.getRemoteStreams(), browser.getRemoteStreams()]).toEqual([[], []]);
  browser.close();
  native.close();
});

it('of packets that come faster than they are passed on, those beyond the first 1024 are dropped, and each is told', async () => {
  let deliver = (_message: Buffer): void => {};
  let closed = (): void => {};
  const track = {
    mid: () => '0',
    type: () => 'audio',
    isOpen: () => true,
    onOpen: () => {},
    onError: () => {},
    onClosed: (tell: () => void) => {
      closed = tell;
    },
    onMessage: (take: typeof deliver) => {
      deliver = take;
    },
    close: () => closed(),
  };
  const media = new NativeMedia(
    {} as Addon,
    { onTrack: (take: (given: unknown) => void) => take(track) } as unknown as PeerConnection,
    '',
  );
  let dropped = 0;
  media.onDropped = () => {
    dropped += 1;
  };
  const report = Buffer.alloc(8, 0);
  report.set([0x80, 200]);
  for (let n = 0; n < 1030; n += 1) deliver(report);
  expect(dropped).toBe(6);
  await new Promise((resolve) => setImmediate(resolve));
  deliver(report);
  expect(dropped).toBe(6);
  media.close();
});

describe('D6 a program with tracks ends by itself', () => {
  const programs = new Programs();
  afterAll(() => programs.remove());

  it.each(['both', 'local', 'remote'])(
    'closed by %s',
    async (how) => {
      const child = new Child(await programs.make('test/extension/support/native-tracks.ts'), [how]);
      const { code, signal, lines, stderr } = await child.ended;
      expect({ code, signal, lines, stderr }).toEqual({ code: 0, signal: null, lines: ['done'], stderr: '' });
    },
    60_000,
  );
});
