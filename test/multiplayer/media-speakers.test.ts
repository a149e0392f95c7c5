import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import type { RtpPort, RtpReceiver, RtpSender } from '../../src/extension/media/rtp-port.js';
import { noCounters } from '../../src/multiplayer/media/forwarding/forwarder-counters.js';
import { Listener } from '../../src/multiplayer/media/forwarding/listener.js';
import { PacketWay } from '../../src/multiplayer/media/forwarding/packet-way.js';
import { SpeakerTrack } from '../../src/multiplayer/media/forwarding/speaker-track.js';
import type { MediaPeer } from '../../src/multiplayer/media/media-peer.js';

interface Sender extends RtpSender {
  readonly packets: Uint8Array[];
}

let clock: ManualClock;
let counters: ReturnType<typeof noCounters>;
beforeEach(() => {
  clock = new ManualClock();
  counters = noCounters();
});

function speaker(
  peerId: number,
  kind: 0 | 1 = 0,
): SpeakerTrack & { asked: () => number; requested: readonly number[] } {
  let asked = 0;
  const requested: number[] = [];
  const receiver: RtpReceiver = {
    section: '1',
    kind,
    streams: ['voice', 'voice', null],
    levelExtension: 1,
    onPacket: null,
    requestKeyframe: () => {
      asked += 1;
    },
    requestPackets: (sequences) => void requested.push(...sequences),
  };
  return Object.assign(new SpeakerTrack({ id: peerId } as MediaPeer, receiver, counters, clock), {
    asked: () => asked,
    requested,
  });
}

/** A packet with the level of its sound. */
function packet(level = 127, sequence = 1): Uint8Array {
  const bytes = Uint8Array.of(
    0x90,
    111,
    0,
    sequence,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    9,
    0xbe,
    0xde,
    0,
    1,
    0x10,
    level,
    0,
    0,
    0xff,
  );
  return bytes;
}

function listener(): { listener: Listener; senders: Sender[]; asked: () => number; port: RtpPort } {
  const senders: Sender[] = [];
  let asked = 0;
  const port: RtpPort = {
    receivers: [],
    get senders() {
      return senders;
    },
    isOfferDue: true,
    onDropped: null,
    addSender(kind) {
      const packets: Uint8Array[] = [];
      const made: Sender = {
        kind,
        payloadType: 111,
        ssrc: 100 + senders.length,
        streams: null,
        isLive: true,
        packets,
        last: null,
        onKeyframeRequest: null,
        onLost: null,
        send: (bytes) => packets.push(bytes) > 0,
      };
      senders.push(made);
      return made;
    },
  };
  const peer = { negotiate: () => (asked += 1) } as unknown as MediaPeer;
  return { listener: new Listener(peer, port), port, senders, asked: () => asked };
}

describe('a speaker', () => {
  it('has the names of its streams with its id in front, each once', () => {
    expect(speaker(7).names).toEqual(['7~voice', '7~unknown_remote']);
  });

  it('is as loud as its packets say, and fades', () => {
    const one = speaker(2);
    one.pass(packet(20));
    expect(one.loudness()).toBeCloseTo(107);
    clock.advance(1000);
    expect(one.loudness()).toBeCloseTo(107 / Math.E, 0);
    one.pass(packet(0));
    expect(one.loudness()).toBe(127);
  });

  it('who floods is cut off and counted, and what is no packet is counted', () => {
    const one = speaker(2);
    for (let n = 0; n < 1000; n += 1) one.pass(packet());
    expect(counters).toEqual({ ...noCounters(), packetsIn: 1000, flooded: 750 });
    clock.advance(1000);
    one.pass(new Uint8Array(3));
    expect(counters.malformed).toBe(1);
  });

  it('whose packets come faster than the process takes them is counted, until nothing is passed on', () => {
    const { port } = listener();
    const way = new PacketWay({ id: 2, negotiate: () => {} } as MediaPeer, port, counters, clock);
    port.onDropped?.();
    port.onDropped?.();
    expect(counters.overflowed).toBe(2);
    way.close();
    expect(port.onDropped).toBe(null);
  });

  it('is asked for a keyframe twice a second at most, and only where there are pictures', () => {
    const [sound, pictures] = [speaker(2), speaker(3, 1)];
    for (const one of [sound, pictures, pictures]) one.requestKeyframe();
    clock.advance(500);
    pictures.requestKeyframe();
    expect([sound.asked(), pictures.asked()]).toEqual([0, 2]);
  });
});

describe('a listener', () => {
  it('hears whom it is to hear, on a section for each, which a speaker keeps while it is left out', () => {
    const [one, two] = [speaker(2), speaker(3)];
    const { listener: ear, senders, asked } = listener();
    const present = new Set([one, two]);
    ear.hear([one, two], present, 0);
    expect(senders.map(({ streams }) => streams?.[0])).toEqual(['2~voice', '3~voice']);
    expect(asked()).toBe(1);
    ear.hear([two], present, 250);
    const [first, second] = ear.slots;
    expect([first?.isOn, second?.isOn, first?.speaker === one]).toEqual([false, true, true]);
    one.pass(packet());
    two.pass(packet());
    expect(senders.map(({ packets }) => packets.length)).toEqual([0, 1]);
    ear.hear([one, two], present, 500);
    expect(senders).toHaveLength(2);
  });

  it('gives the section of who has gone to the next one', () => {
    const [one, two] = [speaker(2), speaker(3)];
    const { listener: ear, senders } = listener();
    ear.hear([one], new Set([one]), 0);
    ear.hear([], new Set(), 250);
    expect(senders[0]?.streams).toBeNull();
    ear.hear([two], new Set([two]), 500);
    expect([senders.length, senders[0]?.streams?.[0]]).toEqual([1, '3~voice']);
  });

  it('has sixteen sections for sound: who is not heard for three seconds gives up the one it has', () => {
    const all = Array.from({ length: 17 }, (_, n) => speaker(n + 2));
    const present = new Set(all);
    const { listener: ear, senders } = listener();
    ear.hear(all.slice(0, 16), present, 0);
    ear.hear([all[16] as SpeakerTrack], present, 2000);
    expect(ear.slots.some(({ speaker: who }) => who === all[16])).toBe(false);
    ear.hear([all[16] as SpeakerTrack], present, 3001);
    expect(ear.slots.some(({ speaker: who }) => who === all[16])).toBe(true);
    expect(senders).toHaveLength(16);
  });

  it('sees from a keyframe on, which is asked for until it comes, and gets once more what it missed', () => {
    const one = speaker(2, 1);
    const { listener: ear, senders } = listener();
    ear.hear([one], new Set([one]), 0);
    const [sender] = senders as [Sender];
    one.pass(frame(1, false));
    clock.advance(600);
    one.pass(frame(2, false));
    expect([sender.packets.length, one.asked()]).toEqual([0, 2]);
    one.pass(frame(3, true));
    one.pass(frame(5, false));
    expect([sender.packets.map((bytes) => bytes[3]), one.requested]).toEqual([[3, 5], [4]]);
    one.pass(frame(4, false));
    sender.onLost?.([4, 2, 77]);
    expect(sender.packets.map((bytes) => bytes[3])).toEqual([3, 5, 4, 4]);
    expect([counters.askedAgain, counters.sentAgain]).toEqual([1, 1]);
    sender.onLost?.(Array.from({ length: 1000 }, () => 4));
    expect(counters.sentAgain).toBe(300);
    sender.onKeyframeRequest?.();
    ear.hear([], new Set([one]), 900);
    sender.onLost?.([4]);
    one.pass(frame(6, true));
    expect(sender.packets).toHaveLength(3 + 300);
  });

  it('goes on with the ways of who passed on before', () => {
    const [one, two] = [speaker(2), speaker(3)];
    const { listener: ear, senders, port } = listener();
    ear.hear([one], new Set([one]), 0);
    one.pass(packet(127, 9));
    const next = new Listener({ negotiate: () => {} } as unknown as MediaPeer, port);
    expect([senders[0]?.streams, one.sinks.size]).toEqual([null, 1]);
    ear.hear([], new Set(), 0);
    next.hear([two], new Set([two]), 250);
    two.pass(packet(127, 200));
    expect([senders.length, senders[0]?.streams, senders[0]?.packets.at(-1)?.[3]]).toEqual([
      1,
      ['3~voice', '3~unknown_remote'],
      10,
    ]);
  });
});

/** A packet of pictures. */
function frame(sequence: number, isKey: boolean): Uint8Array {
  return Uint8Array.of(0x80, 96, 0, sequence, 0, 0, 0, 1, 0, 0, 0, 9, 0x10, isKey ? 0 : 1);
}
