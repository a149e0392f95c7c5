/**
 * A page that shows a picture to the others, and puts what it is shown on meshes of both engines. Its room is in the lobby
 * behind the address's #, or in BroadcastChannel.
 */
import {
  VideoTexture as BabylonTexture,
  Color4,
  Engine,
  FreeCamera,
  MeshBuilder,
  Scene,
  StandardMaterial,
  Vector3,
} from '@babylonjs/core';
import { broadcastLobby, LobbySession } from 'scenewire/lobby';
import { type RemoteScreen, Screens, showOnBabylonMesh, showOnThreeMesh } from 'scenewire/media';
import {
  Mesh,
  MeshBasicMaterial,
  OrthographicCamera,
  PlaneGeometry,
  Scene as ThreeScene,
  VideoTexture as ThreeTexture,
  WebGLRenderer,
} from 'three';

const SIZE = 96;
/** Top left, top right, bottom left, bottom right. */
const COLORS = ['#ff0000', '#00ff00', '#0000ff', '#ffff00'];

/** The middles of the four quarters, as they are drawn. */
function quarters(canvas: HTMLCanvasElement): number[][] {
  const copy = new OffscreenCanvas(SIZE, SIZE).getContext('2d') as OffscreenCanvasRenderingContext2D;
  copy.drawImage(canvas, 0, 0, SIZE, SIZE);
  return [0.25, 0.75].flatMap((y) =>
    [0.25, 0.75].map((x) => [...copy.getImageData(x * SIZE, y * SIZE, 1, 1).data].slice(0, 3)),
  );
}

function makeCanvas(): HTMLCanvasElement {
  const canvas = document.body.appendChild(document.createElement('canvas'));
  canvas.width = SIZE;
  canvas.height = SIZE;
  return canvas;
}

export class Projector {
  readonly session = new LobbySession(location.hash.slice(1) || broadcastLobby('screens'));
  readonly events: string[] = [];
  readonly shown: RemoteScreen[] = [];
  screens: Screens | null = null;
  #takeOff: (() => void)[] = [];

  constructor() {
    setInterval(() => {
      this.session.poll();
      this.screens?.poll();
    }, 16);
  }

  host(): Promise<string> {
    return this.session.host({});
  }

  async join(code: string): Promise<void> {
    await this.session.join(code);
  }

  open(): void {
    this.screens = new Screens(this.session.peer);
    this.screens.screen_added.connect((id, screen) => {
      this.events.push(`added ${id}`);
      this.shown.push(screen);
    });
    this.screens.screen_removed.connect((id) => void this.events.push(`removed ${id}`));
    this.screens.share_ended.connect(() => void this.events.push('ended'));
  }

  /** Four quarters, drawn again and again: a picture that rests is not sent. */
  share(): number {
    const canvas = makeCanvas();
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    setInterval(() => {
      for (const [i, color] of COLORS.entries()) {
        context.fillStyle = color;
        context.fillRect((i % 2) * (SIZE / 2), Math.floor(i / 2) * (SIZE / 2), SIZE / 2, SIZE / 2);
      }
    }, 50);
    return this.screens?.shareTrack(canvas.captureStream(15).getVideoTracks()[0] as MediaStreamTrack) ?? -1;
  }

  onThree(): () => number[][] {
    const renderer = new WebGLRenderer({ canvas: makeCanvas(), preserveDrawingBuffer: true });
    const mesh = new Mesh(new PlaneGeometry(2, 2), new MeshBasicMaterial());
    const scene = new ThreeScene();
    scene.add(mesh);
    const camera = new OrthographicCamera(-1, 1, 1, -1, -1, 1);
    this.#takeOff.push(showOnThreeMesh(this.shown[0] as RemoteScreen, mesh, ThreeTexture));
    renderer.setAnimationLoop(() => renderer.render(scene, camera));
    return () => quarters(renderer.domElement);
  }

  onBabylon(): () => number[][] {
    const canvas = makeCanvas();
    const engine = new Engine(canvas, false, { preserveDrawingBuffer: true });
    const scene = new Scene(engine);
    scene.clearColor = new Color4(0, 0, 0, 1);
    const camera = new FreeCamera('camera', new Vector3(0, 0, -5), scene);
    camera.mode = 1;
    [camera.orthoLeft, camera.orthoRight, camera.orthoTop, camera.orthoBottom] = [-1, 1, 1, -1];
    const mesh = MeshBuilder.CreatePlane('wall', { size: 2 }, scene);
    mesh.material = new StandardMaterial('wall', scene);
    this.#takeOff.push(showOnBabylonMesh(this.shown[0] as RemoteScreen, mesh, BabylonTexture));
    engine.runRenderLoop(() => scene.render());
    return () => quarters(canvas);
  }

  /** A track of sound beside the pictures; nobody listens. */
  hum(): void {
    const [track] = new MediaStreamAudioDestinationNode(new AudioContext()).stream.getAudioTracks();
    if (track !== undefined) this.screens?.media.addLocalTrack(track, { streams: ['hum'] });
  }

  /** How many tracks each of the others sends. */
  tracks(): readonly number[] {
    return this.peers().map((id) => this.screens?.media.getTracks(id).length ?? 0);
  }

  peers(): readonly number[] {
    return this.screens?.media.getPeers() ?? [];
  }

  get id(): number {
    return this.session.peer.getUniqueId();
  }

  takeOff(): void {
    for (const take of this.#takeOff) take();
  }
}

Object.assign(globalThis, { projector: new Projector() });
