import type { WorldPlace } from 'scenewire/media';
import {
  BoxGeometry,
  CapsuleGeometry,
  Color,
  DirectionalLight,
  Group,
  HemisphereLight,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  Object3D,
  PCFSoftShadowMap,
  PerspectiveCamera,
  PlaneGeometry,
  RingGeometry,
  Scene,
  WebGLRenderer,
} from 'three';
import { DEPTH, WALLS, WIDTH } from './sim.js';

const LOOK_FROM = [0, 9, 9] as const;

/** A walker as it is drawn; the ring shows that it speaks. */
interface Figure {
  readonly body: Mesh<CapsuleGeometry, MeshStandardMaterial>;
  readonly ring: Mesh<RingGeometry, MeshBasicMaterial>;
}

/** The courtyard in three.js. It reads the world and changes nothing in it. */
export class CourtyardView {
  readonly scene = new Scene();
  /** Above the player, looking north: what is to the left on the screen is heard from the left. */
  readonly ears = new Object3D();
  /** The wall on which screens are shown. */
  readonly screen: Mesh<PlaneGeometry, MeshBasicMaterial>;
  readonly #camera = new PerspectiveCamera(50, 1, 0.1, 100);
  readonly #renderer: WebGLRenderer;
  readonly #figures = new Map<number, Figure>();

  constructor(canvas: HTMLCanvasElement) {
    this.#renderer = new WebGLRenderer({ canvas, antialias: true });
    this.#renderer.shadowMap.enabled = true;
    this.#renderer.shadowMap.type = PCFSoftShadowMap;
    this.scene.background = new Color(0xbfd9ea);
    this.#addLight();
    this.#addGround();
    this.screen = new Mesh(new PlaneGeometry(6.4, 3.6), new MeshBasicMaterial({ color: 0xffffff }));
    this.screen.position.set(0, 2.2, -DEPTH / 2 + 0.2);
    this.screen.visible = false;
    this.scene.add(this.screen);
  }

  makeNode(name: string): Group {
    const node = new Group();
    node.name = name;
    return node;
  }

  dress(id: number, node: Object3D): void {
    const color = new Color().setHSL(((id * 0.618_034) % 1) + 0, 0.65, 0.5);
    const body = new Mesh(new CapsuleGeometry(0.4, 0.9, 6, 16), new MeshStandardMaterial({ color, roughness: 0.6 }));
    body.position.y = 0.85;
    body.castShadow = true;
    const nose = new Mesh(new BoxGeometry(0.12, 0.12, 0.3), body.material);
    nose.position.set(0, 0.35, -0.42);
    body.add(nose);
    const ring = new Mesh(
      new RingGeometry(0.6, 0.75, 40),
      new MeshBasicMaterial({ color, transparent: true, opacity: 0 }),
    );
    ring.rotation.x = -Math.PI / 2;
    ring.position.y = 0.02;
    node.add(body, ring);
    this.#figures.set(id, { body, ring });
  }

  undress(id: number): void {
    this.#figures.delete(id);
  }

  /** How loud somebody is, from 0 to 1. */
  showLevel(id: number, level: number): void {
    const figure = this.#figures.get(id);
    if (figure === undefined) return;
    figure.ring.material.opacity = Math.min(1, level * 4);
    figure.ring.scale.setScalar(1 + level * 1.5);
  }

  render(mine: WorldPlace | { readonly x: number; readonly z: number } | undefined): void {
    const { clientWidth, clientHeight } = this.#renderer.domElement;
    this.#renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.#renderer.setSize(clientWidth, clientHeight, false);
    this.#camera.aspect = clientWidth / Math.max(1, clientHeight);
    this.#camera.updateProjectionMatrix();
    const { x, z } = mine ?? { x: 0, z: 2 };
    this.ears.position.set(x, 1.6, z);
    // On a phone that is held upright the others would be beside the picture.
    const back = Math.max(1, this.#camera.aspect ** -0.7);
    const [dx, dy, dz] = LOOK_FROM;
    this.#camera.position.set(x * 0.8 + dx * back, dy * back, z * 0.8 + dz * back);
    this.#camera.lookAt(x * 0.8, 0.5, z * 0.8 - 1.5);
    this.#renderer.render(this.scene, this.#camera);
  }

  #addLight(): void {
    const sun = new DirectionalLight(0xfff1d6, 2.4);
    sun.position.set(8, 14, 6);
    sun.castShadow = true;
    sun.shadow.mapSize.set(1024, 1024);
    Object.assign(sun.shadow.camera, { left: -14, right: 14, top: 12, bottom: -12 });
    this.scene.add(new HemisphereLight(0xdceeff, 0x6b5b45, 1.2), sun);
  }

  #addGround(): void {
    const ground = new Mesh(
      new PlaneGeometry(WIDTH, DEPTH),
      new MeshStandardMaterial({ color: 0xb9a988, roughness: 1 }),
    );
    ground.rotation.x = -Math.PI / 2;
    ground.receiveShadow = true;
    this.scene.add(ground);
    const stone = new MeshStandardMaterial({ color: 0x8f8a80, roughness: 0.9 });
    const edge = [
      { x: 0, z: -DEPTH / 2, width: WIDTH, depth: 0.3 },
      { x: -WIDTH / 2, z: 0, width: 0.3, depth: DEPTH },
      { x: WIDTH / 2, z: 0, width: 0.3, depth: DEPTH },
    ];
    for (const { x, z, width, depth } of [...WALLS, ...edge]) {
      const height = WALLS.some((wall) => wall.x === x && wall.z === z) ? 2.2 : 0.8;
      const wall = new Mesh(new BoxGeometry(width, height, depth), stone);
      wall.position.set(x, height / 2, z);
      wall.castShadow = true;
      wall.receiveShadow = true;
      this.scene.add(wall);
    }
  }
}
