import { setErrorHandler } from 'scenewire';
import {
  decodeLinkMessage,
  NetworkMonitor,
  PacketDecoder,
  type PacketRecord,
  PacketSummary,
  RecordingError,
  readRecording,
  recordPackets,
  showContent,
  showLinkMessage,
  writeRecording,
} from 'scenewire/inspector';
import { describe, expect, it, onTestFinished } from 'vitest';
import { packetAsJson } from '../../src/cli/inspect/packet-json.js';
import { TrafficLedger } from '../../src/tools/monitor/traffic-ledger.js';
import { NO_NAMES } from '../../src/tools/packets/packet-names.js';
import { readRecording as readScenarios } from '../multiplayer/support/scene-vectors.js';
import { Dice } from '../support/fuzz/dice.js';
import { mutate } from '../support/fuzz/mutate.js';
import { mutatePacket } from '../support/packet-mutations.js';
import { packetsAt } from './support/recorded-scenario.js';
import { SmallArena } from './support/small-arena.js';

const SEED = Number(process.env.SCENEWIRE_FUZZ_SEED ?? 20_261_120);
const PACKETS = 30_000;
const FILES = 400;
/** A line is for people; what stands in a packet of 64 KiB may be long, but not longer than its bytes allow. */
const MOST_TEXT = 1 << 20;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

const samples: readonly Uint8Array[] = readScenarios().scenarios.flatMap((scenario) =>
  packetsAt(scenario, 1).map(({ bytes }) => bytes),
);

function recordOf(bytes: Uint8Array, dice: Dice): PacketRecord {
  return {
    timeMs: dice.below(1000),
    isOutgoing: dice.chance(0.5),
    peer: dice.pick([0, 1, 2, 3, -2, 2147483647]),
    mode: dice.pick([0, 1, 2]),
    channel: dice.below(3),
    bytes,
    size: bytes.length,
  };
}

describe('packets of strangers', () => {
  it('are read without an exception, whatever they are, into one line of text', () => {
    const dice = new Dice(SEED, 1);
    const summary = new PacketSummary();
    const ledger = new TrafficLedger(NO_NAMES);
    let decoder = new PacketDecoder(1);
    const kinds = new Set<string>();
    for (let left = PACKETS; left > 0; left -= 1) {
      if (left % 500 === 0) decoder = new PacketDecoder(dice.pick([1, 2]));
      const bytes = mutatePacket(dice.pick(samples), dice, samples);
      const packet = decoder.decode(recordOf(bytes, dice));
      const text = showContent(packet.content);
      kinds.add(packet.content.kind);
      if (text.length > MOST_TEXT || CONTROL.test(text))
        expect.fail(`seed ${SEED}: ${Buffer.from(bytes).toString('hex')}`);
      summary.add(packet);
      ledger.count(packet.isOutgoing, packet.peer, bytes, 1, [2, 3]);
      JSON.parse(packetAsJson(packet));
      showLinkMessage(decodeLinkMessage(bytes, dice.chance(0.5)));
    }
    // It has been everywhere.
    expect([...kinds].sort()).toEqual(expect.arrayContaining(['call', 'delta', 'malformed', 'relay', 'spawn', 'sync']));
    expect(summary.toText()).toContain('by kind');
  });

  it('can make an inspector remember only so much', () => {
    const decoder = new PacketDecoder(1);
    const path = new TextEncoder().encode('x'.repeat(4000));
    const packet = new Uint8Array(38 + path.length + 1);
    packet[0] = 1;
    packet.set(path, 38);
    const view = new DataView(packet.buffer);
    for (let id = 1; id <= 3000; id += 1) {
      view.setUint32(34, id, true);
      decoder.decode({
        timeMs: 0,
        isOutgoing: false,
        peer: 2,
        mode: 2,
        channel: 0,
        bytes: packet,
        size: packet.length,
      });
    }
    expect(decoder.names.pathOf(2, 1)).not.toBeNull();
    expect(decoder.names.pathOf(2, 3000)).toBeNull();
  });

  it('do not fill it up with what comes and goes', () => {
    const decoder = new PacketDecoder(1);
    const say = (bytes: Uint8Array): string =>
      showContent(
        decoder.decode({ timeMs: 0, isOutgoing: false, peer: 2, mode: 2, channel: 0, bytes, size: bytes.length })
          .content,
      );
    const spawn = new Uint8Array([4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 65, 0]);
    const despawn = new Uint8Array([5, 0, 0, 0, 0]);
    for (let id = 1; id <= 100_000; id += 1) {
      for (const [packet, at] of [
        [spawn, 6],
        [despawn, 1],
      ] as const) {
        new DataView(packet.buffer).setUint32(at, id, true);
      }
      new DataView(spawn.buffer).setUint32(18, 1_000_000 + id, true);
      if (id === 100_000) expect(say(spawn)).toContain('spawn #1:A');
      else say(spawn);
      if (id < 100_000) say(despawn);
    }
    expect(say(despawn)).toBe('despawn net 100000 = #1:A');
  });

  it('do not disturb who looks on', () => {
    const dice = new Dice(SEED, 2);
    const arena = new SmallArena({ karts: 1 }).begin();
    const { api, peer } = arena.server;
    const monitor = new NetworkMonitor(api, { clock: arena.clock });
    const recording = recordPackets(peer, { multiplayer: api, clock: arena.clock });
    arena.onFrame = () => void monitor.update();
    // Drops are reported, by the hundred.
    setErrorHandler(() => {});
    onTestFinished(() => void setErrorHandler(null));
    const from = arena.clients[0]!.peer;
    from.setTargetPeer(1);
    for (let left = 1000; left > 0; left -= 1) {
      const bytes = mutatePacket(dice.pick(samples), dice, samples);
      if (bytes.length > 0) from.putPacket(bytes);
      if (left % 10 === 0) arena.frames(1);
    }
    arena.seconds(1);
    expect(recording.packets.length).toBeGreaterThan(900);
    expect(readRecording(recording.toText()).badLines).toBe(0);
    expect(monitor.figures().peers.length).toBeLessThanOrEqual(1);
  });
});

describe('files of strangers', () => {
  const arena = new SmallArena({ karts: 2 }).begin();
  const recording = recordPackets(arena.server.peer, { multiplayer: arena.server.api, clock: arena.clock });
  arena.frames(20);
  const text = recording.toText();

  it('are refused or read, line by line', () => {
    const dice = new Dice(SEED, 3);
    let refused = 0;
    for (let left = FILES; left > 0; left -= 1) {
      try {
        const read = readRecording(mutate(text, dice));
        const decoder = new PacketDecoder(read.self, read.names);
        for (const packet of read.packets) showContent(decoder.decode(packet).content);
        writeRecording(read);
      } catch (thrown) {
        if (!(thrown instanceof RecordingError)) throw thrown;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(FILES);
  });

  it.each([
    ['', 'no recording'],
    ['{}', 'no recording'],
    ['null', 'no recording'],
    ['{"format":"scenewire packets","version":2}', 'version 2'],
  ])('%j is refused', (file, reason) => {
    expect(() => readRecording(file)).toThrow(reason);
  });

  it('have damaged lines counted and passed over', () => {
    const head = text.slice(0, text.indexOf('\n'));
    const lines = [
      '[1,">",2,2,0,"AwE="]',
      '[1,">",2,9,0,"AwE="]',
      '[1,">",2,2,0,"%%"]',
      '[1,">",2,2,0,"AwE=",1]',
      '{"path":[1]}',
      '{"sync":[1,2,"a",[1],[]]}',
      '[]',
      'nonsense',
      '{"path":[2,1,"World"]}',
    ];
    const read = readRecording([head, ...lines].join('\n'));
    expect(read.packets.map(({ bytes }) => [...bytes])).toEqual([[3, 1]]);
    expect(read.badLines).toBe(7);
    expect(read.names.pathOf(2, 1)).toBe('World');
  });
});
