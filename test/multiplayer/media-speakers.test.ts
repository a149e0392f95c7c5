import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import type { RtpPort, RtpReceiver, RtpSender } from '../../src/extension/media/rtp-port.js';
import { noCounters } from '../../src/multiplayer/media/forwarding/forwarder-counters.js';
import { Listener } from '../../src/multiplayer/media/forwarding/listener.js';
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

function speaker(peerId: number, kind: 0 | 1 = 0): SpeakerTrack & { asked: () => number } {
  let asked = 0;
  const receiver: RtpReceiver = {
    section: '1',
    kind,
    streams: ['voice', 'voice', null],
    levelExtension: 1,
    onPacket: null,
    requestKeyframe: () => {
      asked += 1;
    },
  };
  return Object.assign(new SpeakerTrack(peerId, receiver, counters, clock), { asked: () => asked });
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

function listener(): { listener: Listener; senders: Sender[]; asked: () => number } {
  const senders: Sender[] = [];
  let asked = 0;
  const port: RtpPort = {
    receivers: [],
    isOfferDue: true,
    addSender(kind) {
      const packets: Uint8Array[] = [];
      const made: Sender = {
        kind,
        payloadType: 111,
        ssrc: 100 + senders.length,
        streams: null,
        isLive: true,
        packets,
        onKeyframeRequest: null,
        send: (bytes) => packets.push(bytes) > 0,
      };
      senders.push(made);
      return made;
    },
  };
  const peer = { negotiate: () => (asked += 1) } as unknown as MediaPeer;
  return { listener: new Listener(peer, port), senders, asked: () => asked };
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
    expect(counters).toEqual({ packetsIn: 1000, packetsOut: 0, malformed: 0, flooded: 750 });
    clock.advance(1000);
    one.pass(new Uint8Array(3));
    expect(counters.malformed).toBe(1);
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
});
