import { type ExtensionClass, type RtcConfiguration, type WebRTCDataChannel, WebRTCPeerConnection } from 'scenewire';
import { badLink, LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { FakeBackEnd, type FakeConnection, OFFER } from '../support/fake-extension.js';
import { takeAll } from './support/open-channel.js';

recordErrors();

/** A connection with one open channel whose messages take 10 ms. */
function behindBadLink(configuration: RtcConfiguration, options: object) {
  const backEnd = new FakeBackEnd();
  const clock = new ManualClock();
  const { Extension } = badLink(backEnd.Extension, { clock, inbound: { latencyMs: 10 } });
  const connection = new WebRTCPeerConnection({ extension: Extension, configuration });
  const channel = connection.createDataChannel('game', options);
  const failures: string[] = [];
  connection.error_occurred.connect((message) => failures.push(message));
  const [fake] = backEnd.last.channels;
  if (channel === null || fake === undefined) throw new Error('No channel was made');
  fake.report.opened(1, 1000);
  connection.poll();
  return { backEnd, clock, connection, channel, fake, failures };
}

describe('badLink', () => {
  it.each<[string, RtcConfiguration, number]>([
    ['packets', { maxInboundPackets: 3 }, 1],
    ['bytes', { maxInboundBytes: 30 }, 10],
  ])(
    'holds no more %s than the channel itself while nobody polls: a reliable channel closes',
    (_name, limits, size) => {
      const { clock, connection, channel, fake, failures } = behindBadLink(limits, {});
      for (const n of [1, 2, 3, 4, 5]) fake.receive(n, size);
      expect(fake.calls).toContain('_close');
      fake.report.closed();
      clock.advance(100);
      for (let i = 0; i < 3; i += 1) connection.poll();
      expect([failures, takeAll(channel), channel.getReadyState()]).toEqual([
        [expect.stringContaining('"game"')],
        [1, 2, 3],
        3,
      ]);
    },
  );

  it('holds no more than that of an unreliable channel either, which goes on', () => {
    const { clock, connection, channel, fake, failures } = behindBadLink(
      { maxInboundPackets: 3 },
      { maxRetransmits: 0 },
    );
    for (const n of [1, 2, 3, 4, 5]) fake.receive(n);
    clock.advance(100);
    for (let i = 0; i < 2; i += 1) connection.poll();
    expect([takeAll(channel), fake.calls]).toEqual([[1, 2, 3], expect.not.arrayContaining(['_close'])]);
    fake.receive(6);
    clock.advance(100);
    connection.poll();
    connection.poll();
    expect([takeAll(channel), failures]).toEqual([[6], []]);
  });

  it('announces what the wrapped back end announces', () => {
    const backEnd = new FakeBackEnd();
    class Announcing extends (backEnd.Extension as new () => FakeConnection) {
      override readonly announces = ['late-candidates'];
    }
    const connection = new WebRTCPeerConnection({ extension: badLink(Announcing).Extension });
    const created: string[] = [];
    connection.session_description_created.connect((_type, sdp) => created.push(sdp));
    connection.createDataChannel('game');
    connection.createOffer();
    backEnd.last.report.sessionDescriptionCreated('offer', OFFER);
    connection.poll();
    expect(created).toEqual([expect.stringContaining('a=scenewire:1 late-candidates')]);
  });
});

/** Makes two connections tell each other what they have to. */
function joinBoth(a: WebRTCPeerConnection, b: WebRTCPeerConnection): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.session_description_created.connect((type, sdp) => {
      from.setLocalDescription(type, sdp);
      to.setRemoteDescription(type, sdp);
    });
    from.ice_candidate_created.connect((media, index, name) => to.addIceCandidate(media, index, name));
  }
}

/** Two connections that stand, and how many milliseconds a packet takes: from the first, and from the second. */
function connected(clock: ManualClock, Extensions: readonly [ExtensionClass, ExtensionClass]) {
  const [a, b] = Extensions.map((extension) => new WebRTCPeerConnection({ extension })) as [
    WebRTCPeerConnection,
    WebRTCPeerConnection,
  ];
  joinBoth(a, b);
  const options = { negotiated: true, id: 1, ordered: false, maxRetransmits: 0 };
  const [mine, theirs] = [a, b].map((one) => one.createDataChannel('game', options)) as [
    WebRTCDataChannel,
    WebRTCDataChannel,
  ];
  // What one end does to the other comes with the other's next poll.
  const poll = (): void => {
    for (const one of [a, b, a, b]) one.poll();
  };
  const until = (holds: () => boolean): number => {
    for (let ms = 0; ms < 5000; ms += 5) {
      poll();
      if (holds()) return ms;
      clock.advance(5);
    }
    return Number.NaN;
  };
  const delay = (from: WebRTCDataChannel, to: WebRTCDataChannel): number => {
    from.putPacket(new Uint8Array([1]));
    const ms = until(() => to.getAvailablePacketCount() > 0);
    to.getPacket();
    return ms;
  };
  a.createOffer();
  until(() => mine.getReadyState() === 1 && theirs.getReadyState() === 1);
  return { a, b, mine, theirs, delays: () => [delay(mine, theirs), delay(theirs, mine)] };
}

describe('conditions of one direction alone, changed while connections run (D18)', () => {
  it('of a loopback network', () => {
    const clock = new ManualClock();
    const network = new LoopbackNetwork({ clock, conditions: { latencyMs: 10 } });
    const { a, b, mine, theirs, delays } = connected(clock, [network.Extension, network.Extension]);
    expect(delays()).toEqual([10, 10]);
    network.linkFrom(a)?.setConditions({ latencyMs: 200 });
    expect(delays()).toEqual([200, 10]);
    network.linkFrom(b)?.setConditions({ partitioned: true });
    expect(delays()).toEqual([200, Number.NaN]);
    network.linkFrom(b)?.setConditions({ partitioned: false });
    network.linkFrom(a)?.setConditions({ latencyMs: 10 });
    expect(delays()).toEqual([10, 10]);
    expect([mine.getReadyState(), theirs.getReadyState()]).toEqual([1, 1]);
  });

  it('of a bad link in front of another back end', () => {
    const clock = new ManualClock();
    const network = new LoopbackNetwork({ clock });
    const link = badLink(network.Extension, { clock, outbound: { latencyMs: 100 } });
    const { delays } = connected(clock, [link.Extension, network.Extension]);
    expect(delays()).toEqual([100, 0]);
    link.setConditions('inbound', { latencyMs: 50 });
    expect(delays()).toEqual([100, 50]);
    link.setConditions('outbound', { latencyMs: 0 });
    expect(delays()).toEqual([0, 50]);
  });
});

describe('conditions that make no sense', () => {
  const wrong = { lossRate: 2 };

  it('are refused by a loopback network at once, which keeps what they were', () => {
    expect(() => new LoopbackNetwork({ conditions: wrong })).toThrow(RangeError);
    const clock = new ManualClock();
    const network = new LoopbackNetwork({ clock, conditions: { latencyMs: 10 } });
    expect(() => network.setConditions(wrong)).toThrow(RangeError);
    const { delays } = connected(clock, [network.Extension, network.Extension]);
    expect(delays()).toEqual([10, 10]);
  });

  it('are refused by a bad link at once, which keeps what they were', () => {
    const clock = new ManualClock();
    const network = new LoopbackNetwork({ clock });
    expect(() => badLink(network.Extension, { inbound: wrong })).toThrow(RangeError);
    const link = badLink(network.Extension, { clock, outbound: { latencyMs: 10 } });
    expect(() => link.setConditions('outbound', wrong)).toThrow(RangeError);
    const { delays } = connected(clock, [link.Extension, network.Extension]);
    expect(delays()).toEqual([10, 0]);
  });
});

describe('loopback', () => {
  it('connects when the id of a channel that was closed before is used again', () => {
    const network = new LoopbackNetwork({ clock: new ManualClock() });
    const [a, b] = [0, 1].map(() => new WebRTCPeerConnection({ extension: network.Extension })) as [
      WebRTCPeerConnection,
      WebRTCPeerConnection,
    ];
    joinBoth(a, b);
    a.createDataChannel('first', { negotiated: true, id: 1 })?.close();
    a.poll();
    const [mine, theirs] = [a, b].map((one) => one.createDataChannel('game', { negotiated: true, id: 1 }));
    a.createOffer();
    for (let i = 0; i < 10; i += 1) for (const one of [a, b]) one.poll();
    expect([mine?.getReadyState(), theirs?.getReadyState()]).toEqual([1, 1]);
  });
});
