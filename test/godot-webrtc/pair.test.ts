import { createHash } from 'node:crypto';
import { Err, TransferMode } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { openGodotRoom } from '../godot/support/godot-room.js';
import { LossyPath } from '../multiplayer/support/lossy-path.js';
import { DirectLine, type DirectLineOptions, type Letter } from './support/direct-line.js';

const room = openGodotRoom();
const { TRANSFER_MODE_RELIABLE, TRANSFER_MODE_UNRELIABLE, TRANSFER_MODE_UNRELIABLE_ORDERED } = TransferMode;

/** First byte of a packet that SceneMultiplayer hands to the game as it is. */
const RAW = 0x03;
const isCandidate = ({ data }: Letter): boolean => data.startsWith('\n');
/** As a string that a failure shows in one line. */
const digest = (hex: string): string => createHash('md5').update(Buffer.from(hex, 'hex')).digest('hex');

async function connect(options: DirectLineOptions): Promise<DirectLine> {
  const line = await DirectLine.begin(room, options);
  room.addPeer('node', line.peer);
  await room.heard(`node peer_connected ${line.godot}`);
  await room.told(`peer_connected ${line.node}`);
  return line;
}

/** Frames pass on this side, of 4 ms or more. */
function frames(count: number): Promise<void> {
  let left = count;
  return room.until(() => left-- <= 0);
}

/** Godot's view of the channels, in the order of their ids. */
const CHANNELS_IN_GODOT = `var told := []
for channel in peer.get_peer(ID)["channels"]:
	told.append([channel.get_label(), channel.get_id(), channel.is_ordered(), channel.is_negotiated(), channel.get_protocol()])
return JSON.stringify(told)`;

const everySetup = (['godot', 'node'] as const).flatMap((server) =>
  (['godot', 'node'] as const).map((offers) => ({ server, offers })),
);

describe.each(everySetup)('a pair where $server serves and $offers offers', ({ server, offers }) => {
  it('has the same channels at both ends, by name, number and order', async () => {
    const line = await connect({ server, offers });
    const there = JSON.parse(JSON.parse(await room.run(CHANNELS_IN_GODOT.replace('ID', String(line.node)))));
    const here = line.peer
      .getPeer(line.godot)
      ?.channels.map((channel) => [
        channel.getLabel(),
        channel.getId(),
        channel.isOrdered(),
        channel.isNegotiated(),
        channel.getProtocol(),
      ]);
    expect(here).toHaveLength(7);
    expect(there).toEqual(here);
  });

  it('says what the other one passes over, and Godot nothing of the kind', async () => {
    const line = await connect({ server, offers });
    expect(line.fromNode.find((letter) => !isCandidate(letter))?.data).toMatch(/^a=scenewire:1 /m);
    expect(line.fromGodot.map(({ data }) => data).join()).not.toContain('scenewire');
    expect(line.fromGodot.filter(isCandidate).map(({ data }) => data)).not.toEqual([]);
    expect(line.peer.getPeerFeatures(line.godot)).toEqual([]);
  });

  it.each([1, 1199, 16_384, 65_536, 262_143])('carries %d bytes and a mark, in every mode', async (size) => {
    const line = await connect({ server, offers });
    const packet = new Uint8Array(size + 1).fill(0xab);
    packet[0] = RAW;
    line.peer.setTargetPeer(line.godot);
    for (const mode of [TRANSFER_MODE_RELIABLE, TRANSFER_MODE_UNRELIABLE, TRANSFER_MODE_UNRELIABLE_ORDERED]) {
      line.peer.transferMode = mode;
      room.godot.log.length = room.log.length = 0;
      expect(line.peer.putPacket(packet)).toBe(0);
      const there = (await room.told(new RegExp(`^peer_packet ${line.node} `))).split(' ').at(-1) ?? '';
      expect([there.length, digest(there)]).toEqual([2 * size, digest('ab'.repeat(size))]);
      await room.run(
        `var b := PackedByteArray()\nb.resize(${size})\nb.fill(0xcd)\napi.send_bytes(b, ${line.node}, ${mode})`,
      );
      const here = (await room.heard(new RegExp(`^node packet ${line.godot} 03`))).split(' ').at(-1) ?? '';
      expect([here.length, digest(here)]).toEqual([2 * size + 2, digest(`03${'cd'.repeat(size)}`)]);
    }
  });
});

describe.each(['godot', 'node'] as const)('a pair where %s serves', (server) => {
  it('refuses what is too large at both ends, and goes on', async () => {
    const line = await connect({ server });
    line.peer.setTargetPeer(line.godot);
    expect(line.peer.putPacket(new Uint8Array(262_145).fill(RAW))).toBe(Err.ERR_OUT_OF_MEMORY);
    expect(room.takeReports()).toEqual([]);
    await room.run(`var b := PackedByteArray()\nb.resize(262144)\napi.send_bytes(b, ${line.node})`);
    await room.until(() => room.godot.errors.length > 0);
    await room.quiet();
    expect(room.takeErrors().join()).toContain('Message size exceeds limit');
    line.peer.putPacket(Uint8Array.of(RAW, 1));
    await room.told(`peer_packet ${line.node} 01`);
    await room.run(`api.send_bytes(PackedByteArray([2]), ${line.node})`);
    await room.heard(`node packet ${line.godot} 0302`);
  });

  it('carries a thousand packets in order, both ways at once', async () => {
    const line = await connect({ server });
    const count = 1000;
    line.peer.setTargetPeer(line.godot);
    for (let i = 0; i < count; i += 1) expect(line.peer.putPacket(Uint8Array.of(RAW, i >> 8, i & 255))).toBe(Err.OK);
    await room.run(`for i in ${count}:\n\tapi.send_bytes(PackedByteArray([i >> 8, i & 255]), ${line.node})`);
    const numbers = Array.from({ length: count }, (_unused, i) => i.toString(16).padStart(4, '0'));
    await room.told(`peer_packet ${line.node} ${numbers.at(-1)}`);
    await room.heard(`node packet ${line.godot} 03${numbers.at(-1)}`);
    expect(room.godot.log.slice(-count)).toEqual(numbers.map((number) => `peer_packet ${line.node} ${number}`));
    expect(room.log.slice(-count)).toEqual(numbers.map((number) => `node packet ${line.godot} 03${number}`));
  });

  it('a Godot that stood still for a while has everything, and so have we', async () => {
    const line = await connect({ server });
    const resume = room.godot.freeze();
    line.peer.setTargetPeer(line.godot);
    try {
      for (let i = 0; i < 200; i += 1) {
        line.peer.putPacket(Uint8Array.of(RAW, i));
        await frames(2);
      }
    } finally {
      resume();
    }
    await room.told(`peer_packet ${line.node} c7`);
    expect(room.godot.log.slice(-200)).toEqual(
      Array.from({ length: 200 }, (_unused, i) => `peer_packet ${line.node} ${i.toString(16).padStart(2, '0')}`),
    );
    expect(room.log).not.toContain(`node peer_disconnected ${line.godot}`);
  });
});

describe.each(['godot', 'node'] as const)('a pair where %s offers', (offers) => {
  const server = offers === 'node' ? 'godot' : 'node';

  it("connects although this side's addresses are behind names that Godot can't look up, as a browser's are", async () => {
    const toGodot = (letter: Letter): Letter => {
      if (!isCandidate(letter)) return letter;
      const name = '5f3a1c52-6f61-4f0e-9c0b-0d5f9f0f7a11.local';
      return { ...letter, data: letter.data.replace(/\d+\.\d+\.\d+\.\d+/, name) };
    };
    await connect({ server, offers, toGodot });
  });

  it('takes candidates again that it has', async () => {
    const line = await connect({ server, offers });
    for (const { data } of line.fromGodot.filter(isCandidate)) {
      const [, media = '', index = '', name = ''] = data.split('\n');
      expect(line.connection.addIceCandidate(media, Number(index), name)).toBe(Err.OK);
    }
    expect(line.isConnected).toBe(true);
  });
});

/** Of a hundred packets in each mode, those that arrive over a path that loses one in five. */
describe('D7 over a path that loses', () => {
  const COUNT = 100;
  const padding = 600;

  async function connectOver(path: LossyPath, hidden: 'godot' | 'node'): Promise<DirectLine> {
    // The hidden one is reached through the path alone, and finds the other one by what comes out of it.
    const disguise = (letter: Letter): Letter => {
      if (!isCandidate(letter)) return letter;
      const [, media, index, name = ''] = letter.data.split('\n');
      return { ...letter, data: `\n${media}\n${index}\n${path.disguise(name)}` };
    };
    const withhold = (letter: Letter): Letter | null => (isCandidate(letter) ? null : letter);
    return connect({
      server: 'node',
      toGodot: hidden === 'node' ? disguise : withhold,
      toNode: hidden === 'node' ? withhold : disguise,
    });
  }

  const numbersIn = (log: readonly string[], prefix: string, mode: number): number[] =>
    log
      .filter((line) => line.startsWith(prefix))
      .map((line) => Buffer.from(line.slice(prefix.length, prefix.length + 4), 'hex'))
      .filter((bytes) => bytes[0] === mode)
      .map((bytes) => bytes[1] ?? -1);

  const all = Array.from({ length: COUNT }, (_unused, i) => i);

  it('what we send unreliably is not sent again, and what we send reliably is', async () => {
    const path = await LossyPath.open();
    room.onEnd(() => path.close());
    const line = await connectOver(path, 'node');
    path.lossRate = 0.2;
    line.peer.setTargetPeer(line.godot);
    for (const n of all) {
      for (const mode of [TRANSFER_MODE_UNRELIABLE, TRANSFER_MODE_UNRELIABLE_ORDERED, TRANSFER_MODE_RELIABLE]) {
        line.peer.transferMode = mode;
        line.peer.putPacket(Uint8Array.of(RAW, mode, n, ...new Array(padding).fill(0)));
        await frames(1);
      }
    }
    path.lossRate = 0;
    const arrived = (mode: number): number[] => numbersIn(room.godot.log, `peer_packet ${line.node} `, mode);
    await expect
      .poll(
        room.framed(() => arrived(2).length),
        { timeout: 60_000 },
      )
      .toBe(COUNT);
    expect(arrived(2)).toEqual(all);
    expect(path.lost).toBeGreaterThan(30);
    for (const mode of [0, 1]) {
      const lossy = arrived(mode);
      expect(new Set(lossy).size).toBe(lossy.length);
      expect(lossy.length).toBeGreaterThan(30);
      expect(lossy.length).toBeLessThan(94);
    }
    expect(arrived(1)).toEqual(arrived(1).toSorted((a, b) => a - b));
  });

  it("what Godot sends unreliably is sent again until it is there: Godot's own channels are so", async () => {
    const path = await LossyPath.open();
    room.onEnd(() => path.close());
    const line = await connectOver(path, 'godot');
    path.lossRate = 0.2;
    await room.run(`for n in ${COUNT}:
	for mode in 3:
		var b := PackedByteArray([mode, n])
		b.resize(${padding})
		api.send_bytes(b, ${line.node}, mode)
	if n % 4 == 0:
		await get_tree().process_frame`);
    path.lossRate = 0;
    const arrived = (mode: number): number[] => numbersIn(room.log, `node packet ${line.godot} 03`, mode);
    await expect
      .poll(
        room.framed(() => [0, 1, 2].map((mode) => arrived(mode).length)),
        { timeout: 60_000 },
      )
      .toEqual([COUNT, COUNT, COUNT]);
    expect(path.lost).toBeGreaterThan(10);
    for (const mode of [1, 2]) expect(arrived(mode)).toEqual(all);
  });
});
