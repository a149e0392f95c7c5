import { Engine } from '@babylonjs/core/Engines/engine.js';
import { type SceneMultiplayer, WebRTCMultiplayerPeer } from 'scenewire';
import { WebGLRenderer } from 'three';
import { type Mail, MailedConnection } from '../mailed-connection.js';
import { babylonEngine, type View } from './babylon-engine.js';
import type { MatrixSource, Places } from './compare.js';
import { OWNERS, THINGS, type Thing, type WorldEngine, WorldSide } from './side.js';
import { threeEngine } from './three-engine.js';

const VIEW: View = { from: [5, 4, 9], to: [0, 0.8, 0], fov: 0.7 };
const [WIDTH, HEIGHT] = [480, 360];

/** Three players in one page, each with a canvas of its own. */
interface Player {
  readonly id: number;
  readonly name: string;
  readonly canvas: HTMLCanvasElement;
  readonly side: WorldSide;
  readonly mailed: MailedConnection;
}

function newCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  document.body.append(canvas);
  return canvas;
}

async function newBabylon(isRightHanded: boolean): Promise<{ canvas: HTMLCanvasElement; engine: WorldEngine }> {
  const canvas = newCanvas();
  const engine = new Engine(canvas, false, { preserveDrawingBuffer: true });
  return { canvas, engine: await babylonEngine(engine, isRightHanded, VIEW, { heartbeat: null }) };
}

async function newThree(): Promise<{ canvas: HTMLCanvasElement; engine: WorldEngine }> {
  const canvas = newCanvas();
  const renderer = new WebGLRenderer({ canvas, antialias: false, preserveDrawingBuffer: true });
  renderer.setSize(WIDTH, HEIGHT, false);
  return { canvas, engine: await threeEngine(renderer, VIEW, { heartbeat: null }) };
}

const players: Player[] = [];

async function start(): Promise<void> {
  const made = [
    ['babylon left-handed', await newBabylon(false)],
    ['babylon right-handed', await newBabylon(true)],
    ['three', await newThree()],
  ] as const;
  for (const [at, [name, { canvas, engine }]] of made.entries()) {
    const id = at + 2;
    const mailed = new MailedConnection();
    const peer = new WebRTCMultiplayerPeer();
    peer.createClient(id);
    peer.addPeer(mailed.connection, 1);
    (engine.network.multiplayer as SceneMultiplayer<object>).multiplayerPeer = peer;
    players.push({ id, name, canvas, side: new WorldSide(engine), mailed });
  }
  const turn = (): void => {
    for (const { side } of players) side.engine.frame();
    requestAnimationFrame(turn);
  };
  turn();
}

/** What a pixel shows, by the colours of the world: everything has one of its own, and no light falls on it. */
function classOf(pixels: Uint8ClampedArray, at: number): number {
  const bit = (channel: number): number => ((pixels[at + channel] as number) > 127 ? 1 : 0);
  return bit(0) | (bit(1) << 1) | (bit(2) << 2);
}

function classesOf(canvas: HTMLCanvasElement): Uint8Array {
  const copy = document.createElement('canvas');
  copy.width = WIDTH;
  copy.height = HEIGHT;
  const context = copy.getContext('2d') as CanvasRenderingContext2D;
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, pixel) => classOf(data, pixel * 4));
}

/** Of each colour: pixels that show it in the first picture, and those where only one of the two pictures does. */
function compare(one: HTMLCanvasElement, other: HTMLCanvasElement): { shown: number[]; different: number[] } {
  const [a, b] = [classesOf(one), classesOf(other)];
  const shown = new Array<number>(8).fill(0);
  const different = new Array<number>(8).fill(0);
  for (const [at, value] of a.entries()) {
    shown[value] = (shown[value] as number) + 1;
    const seen = b[at] as number;
    if (seen === value) continue;
    different[value] = (different[value] as number) + 1;
    different[seen] = (different[seen] as number) + 1;
  }
  return { shown, different };
}

Object.assign(globalThis, {
  world: {
    start,
    /** For each player in turn. */
    exchange: (mail: readonly (readonly Mail[])[]): Mail[][] =>
      players.map(({ mailed }, at) => {
        mailed.give(mail[at] ?? []);
        return mailed.take();
      }),
    isComplete: () => players.every(({ side }) => side.isComplete),
    put(places: Places): void {
      for (const [thing, place] of Object.entries(places)) {
        players.find(({ id }) => id === OWNERS[thing as Thing])?.side.put(thing as Thing, place);
      }
    },
    matrices: (): MatrixSource[] =>
      players.map(({ name, side }) => ({
        name,
        matrices: Object.fromEntries(
          THINGS.map((thing) => [thing, side.matrixOf(thing)]),
        ) as unknown as MatrixSource['matrices'],
      })),
    compare: () => players.slice(0, 2).map(({ canvas }) => compare((players[2] as Player).canvas, canvas)),
    pictures: () => players.map(({ name, canvas }) => ({ name, url: canvas.toDataURL('image/png') })),
  },
});
