import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { DATAGRAM_BYTES } from '../../src/multiplayer/link/link-limits.js';
import { EXTRA_LANE, LinkRig, ORDERED_LANE, RELIABLE_LANE, UNRELIABLE_LANE } from '../support/link-rig.js';

const packetOf = (size: number, value: number): Uint8Array => new Uint8Array(size).fill(value);
const isData = ({ message }: { message: Uint8Array }): boolean => message[0]! <= 4;

describe('packing', () => {
  it('small packets of one frame leave as one message for each lane, when the frame ends', () => {
    const rig = new LinkRig();
    rig.run(500);
    rig.a.sent = [];
    for (let i = 1; i <= 10; i += 1) {
      for (const lane of [RELIABLE_LANE, ORDERED_LANE, UNRELIABLE_LANE]) rig.a.link.put(lane, packetOf(20, i));
    }
    expect(rig.a.sent.filter(isData)).toEqual([]);
    rig.a.link.flush();
    expect(rig.a.sent.filter(isData).map(({ lane }) => lane)).toEqual([0, 1, 2]);
    rig.run(5);
    for (const lane of [RELIABLE_LANE, ORDERED_LANE, UNRELIABLE_LANE]) {
      const packets = rig.b.taken.filter((taken) => taken.lane === lane).map(({ packet }) => packet);
      expect(packets).toEqual(Array.from({ length: 10 }, (_, i) => packetOf(20, i + 1)));
    }
  });

  it('the next poll sends what nobody flushed', () => {
    const rig = new LinkRig();
    rig.a.link.put(RELIABLE_LANE, packetOf(5, 1));
    rig.a.sent = [];
    rig.a.link.poll();
    expect(rig.a.sent.filter(isData)).toHaveLength(1);
  });

  it('a packet that fills a datagram goes at once, and everything stays in order', () => {
    const rig = new LinkRig();
    rig.run(100);
    rig.a.sent = [];
    rig.a.link.put(RELIABLE_LANE, packetOf(10, 1));
    rig.a.link.put(RELIABLE_LANE, packetOf(1145, 2));
    expect(rig.a.sent.filter(isData)).toHaveLength(2);
    rig.a.link.put(RELIABLE_LANE, packetOf(10, 3));
    rig.run(5);
    expect(rig.b.taken.map(({ packet }) => packet[0])).toEqual([1, 2, 3]);
  });

  it('no bundle is larger than a datagram, and every size comes out as it went in', () => {
    for (const lane of [RELIABLE_LANE, ORDERED_LANE, UNRELIABLE_LANE, EXTRA_LANE]) {
      const rig = new LinkRig();
      rig.run(100);
      rig.a.sent = [];
      const sizes = [
        1, 2, 126, 127, 128, 129, 255, 256, 1100, 1132, 1137, 1138, 1139, 1140, 1141, 1142, 1143, 1144, 1145,
      ];
      for (const size of [...sizes, 1146, 1147, 1148, 1149, 1150, 1151, 1152, 1153, 1200, 2400, 20_000]) {
        expect(rig.a.link.put(lane, packetOf(size, size & 0xff))).toBe(Err.OK);
        rig.run(60);
        expect(rig.b.taken.at(-1)!.packet).toEqual(packetOf(size, size & 0xff));
      }
      const bundles = rig.a.sent.filter(({ message }) => message[0] === 1);
      expect(Math.max(...bundles.map(({ message }) => message.length))).toBeLessThanOrEqual(DATAGRAM_BYTES);
    }
  });

  it('what was put may be overwritten at once, also a Node Buffer', () => {
    const rig = new LinkRig();
    rig.run(500);
    for (const size of [10, 1145, 5000]) {
      const packet = Buffer.alloc(size, 7);
      rig.a.link.put(RELIABLE_LANE, packet);
      packet.fill(9);
    }
    rig.run(200);
    expect(rig.b.taken.map(({ packet }) => [packet.length, packet[0]])).toEqual([
      [10, 7],
      [1145, 7],
      [5000, 7],
    ]);
  });

  it('an empty packet is OK and sends nothing; a lane that is none is an error', () => {
    const rig = new LinkRig();
    rig.run(200);
    rig.a.sent = [];
    expect(rig.a.link.put(RELIABLE_LANE, new Uint8Array(0))).toBe(Err.OK);
    rig.a.link.flush();
    expect(rig.a.sent.filter(isData)).toEqual([]);
    expect(rig.a.link.put(9, Uint8Array.of(1))).toBe(Err.ERR_INVALID_PARAMETER);
    rig.a.link.leave();
    expect(rig.a.link.put(RELIABLE_LANE, Uint8Array.of(1))).toBe(Err.ERR_UNCONFIGURED);
  });

  it('packets are read lane by lane', () => {
    const rig = new LinkRig();
    rig.run(100);
    for (const lane of [UNRELIABLE_LANE, RELIABLE_LANE, ORDERED_LANE, RELIABLE_LANE]) {
      rig.a.link.put(lane, Uint8Array.of(lane + 1));
    }
    rig.a.link.flush();
    rig.run(3);
    expect(rig.b.taken.map(({ lane }) => lane)).toEqual([0, 0, 1, 2]);
    expect(rig.b.link.availablePackets).toBe(0);
    expect(rig.b.link.nextLane).toBe(-1);
    expect(rig.b.link.take()).toBeUndefined();
  });

  it('200 packets of 32 bytes at 60 frames per second all come, in order, in six messages each frame', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 20 } });
    rig.run(500, 1000 / 60);
    rig.a.sent = [];
    let put = 0;
    rig.run(2000, 1000 / 60, () => {
      for (let i = 0; i < 200; i += 1) {
        const packet = packetOf(32, 1);
        new DataView(packet.buffer).setUint32(0, put);
        put += 1;
        rig.a.link.put(RELIABLE_LANE, packet);
      }
    });
    rig.run(500, 1000 / 60);
    const values = rig.b.taken.map(({ packet }) => new DataView(packet.buffer, packet.byteOffset).getUint32(0));
    expect(values).toEqual(Array.from({ length: put }, (_, i) => i));
    expect(rig.a.sent.filter(isData).length).toBeLessThanOrEqual((put / 200) * 6);
  });

  it('while nothing has to wait, both ends together send fewer than half a pulse for each such frame', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 5 } });
    const play = (ms: number): void =>
      rig.run(ms, 1000 / 60, () => {
        for (let i = 0; i < 200; i += 1) rig.a.link.put(RELIABLE_LANE, packetOf(32, 1));
      });
    play(3000);
    rig.a.sent = [];
    rig.b.sent = [];
    play(2000);
    const pulses = [rig.a, rig.b].map(({ sent }) => (sent ?? []).filter((one) => !isData(one)).length);
    // Of the receiver every 50 ms, which frames make 67; of the sender every 150 ms.
    expect(pulses[0]! + pulses[1]!).toBeLessThan(60);
    expect(pulses[1]).toBeGreaterThan(25);
    expect(pulses[0]).toBeGreaterThan(10);
  });
});
