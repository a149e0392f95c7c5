import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { type SceneMultiplayer, WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import { createHeadless } from 'scenewire/headless';
import { LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/extension/loopback/random.js';
import { recordErrorTexts } from '../core/support/errors.js';
import { joinConnections } from '../multiplayer/support/webrtc-room.js';
import { babylonEngine } from './programs/small-world/babylon-engine.js';
import { largestDifference, type MatrixSource, randomPlaces } from './programs/small-world/compare.js';
import { memoryEngine } from './programs/small-world/memory-engine.js';
import { OWNERS, THINGS, type Thing, WorldSide } from './programs/small-world/side.js';
import { threeEngine } from './programs/small-world/three-engine.js';

const FRAME_MS = 16;
const VIEW = { from: [0, 0, 10], to: [0, 0, 0], fov: 0.8 } as const;

/** A server without an engine and three clients with one, in one room. Clients have the ids 2, 3 and 4. */
class Room {
  readonly clock = new ManualClock();
  readonly engine = new NullEngine();
  readonly sides: { readonly name: string; readonly id: number; readonly side: WorldSide }[] = [];

  static async open(): Promise<Room> {
    const room = new Room();
    const { clock } = room;
    const options = { clock, heartbeat: null };
    const headless = createHeadless({ clock });
    headless.fixedLoop.stop();
    const engines = [
      memoryEngine(headless, () => headless.loop.tick()),
      await babylonEngine(room.engine, false, VIEW, options),
      await babylonEngine(room.engine, true, VIEW, options),
      await threeEngine(null, VIEW, options),
    ];
    const names = ['headless', 'Babylon, left-handed', 'Babylon, right-handed', 'three'];
    for (const [at, engine] of engines.entries()) {
      room.sides.push({ name: names[at] as string, id: at + 1, side: new WorldSide(engine) });
    }
    room.#connect();
    return room;
  }

  frames(count: number): void {
    for (let n = 0; n < count; n += 1) {
      this.clock.advance(FRAME_MS);
      for (const { side } of this.sides) side.engine.frame();
    }
  }

  matrices(): MatrixSource[] {
    return this.sides.map(({ name, side }) => ({
      name,
      matrices: Object.fromEntries(
        THINGS.map((thing) => [thing, side.matrixOf(thing)]),
      ) as unknown as MatrixSource['matrices'],
    }));
  }

  close(): void {
    for (const { side } of this.sides) side.engine.close();
    this.engine.dispose();
  }

  #connect(): void {
    const network = new LoopbackNetwork({ clock: this.clock, seed: 5, conditions: { latencyMs: 20, jitterMs: 10 } });
    const connection = () => new WebRTCPeerConnection({ extension: network.Extension });
    const [server, ...clients] = this.sides.map(({ id, side }) => {
      const peer = new WebRTCMultiplayerPeer({ clock: this.clock });
      if (id === 1) peer.createServer();
      else peer.createClient(id);
      (side.engine.network.multiplayer as SceneMultiplayer<object>).multiplayerPeer = peer;
      return peer;
    }) as [WebRTCMultiplayerPeer, ...WebRTCMultiplayerPeer[]];
    for (const client of clients) {
      const [here, there] = [connection(), connection()];
      joinConnections(here, there);
      server.addPeer(here, client.getUniqueId());
      client.addPeer(there, 1);
      here.createOffer();
    }
  }
}

describe('one small world in a Babylon scene (left-handed), another (right-handed), a three scene and a server without any', () => {
  const errors = recordErrorTexts();
  let room: Room;
  beforeAll(async () => {
    room = await Room.open();
  }, 30_000);
  afterAll(() => room?.close());

  it('R-162 has everything everywhere, also what was spawned', () => {
    room.frames(40);
    const [server] = room.sides;
    expect(server?.side.spawner.add('crate')).not.toBeNull();
    expect(server?.side.spawner.add('figure')).not.toBeNull();
    room.frames(40);
    expect(room.sides.map(({ side }) => side.isComplete)).toEqual([true, true, true, true]);
    expect(errors).toEqual([]);
  });

  it('looks the same to all, whoever moved what, in whatever way: world matrices within 1e-5', () => {
    const random = new Random(11);
    let worst = 0;
    for (let round = 0; round < 25; round += 1) {
      const places = randomPlaces(() => random.float());
      for (const thing of Object.keys(OWNERS) as Thing[]) {
        const owner = room.sides.find(({ id }) => id === OWNERS[thing]);
        owner?.side.put(thing, places[thing] ?? {});
      }
      room.frames(20);
      const { difference, where } = largestDifference(room.matrices());
      expect([difference < 1e-5, difference, where]).toEqual([true, difference, where]);
      worst = Math.max(worst, difference);
    }
    // It was moved at all.
    expect(worst).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  });
});
