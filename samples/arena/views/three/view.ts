import { attach, type ThreeNode } from 'scenewire/three';
import {
  type BufferGeometry,
  DirectionalLight,
  Fog,
  Group,
  HemisphereLight,
  InstancedBufferAttribute,
  InstancedMesh,
  type Material,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  PCFShadowMap,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import type { Kart } from '../../game/kart.js';
import type { Shot } from '../../game/shot.js';
import * as models from '../../look/models.js';
import { PALETTE } from '../../look/palette.js';
import { Shape } from '../../look/shape.js';
import type { Grade } from '../../show/quality.js';
import type { Show } from '../../show/show.js';
import { SHOT_HEIGHT } from '../../sim/shot-body.js';
import { SHADOW_REACH, SUN } from '../sun.js';
import type { View } from '../view.js';
import { toGeometry } from './geometry.js';
import { refineShadow } from './refine-shadow.js';

const lit = new MeshLambertMaterial({ vertexColors: true });
const glowing = new MeshBasicMaterial({ vertexColors: true });

/** The arena in three.js. */
export class ThreeView implements View<ThreeNode> {
  readonly #scene = new Scene();
  readonly #camera = new PerspectiveCamera(55, 1, 0.1, 600);
  readonly #renderer: WebGLRenderer;
  readonly #net = attach(this.#scene);
  readonly #sun = new DirectionalLight(PALETTE.sun, 2.9);
  readonly #karts = new Map<Kart, Group>();
  readonly #shots = new Map<Shot, Group>();
  readonly #kartModels = new Map<number, BufferGeometry>();
  readonly #shotModels = new Map<number, BufferGeometry>();
  readonly #projected = new Vector3();
  #particles: InstancedMesh | null = null;
  #grade: Grade | null = null;

  constructor(parent: Element) {
    this.#renderer = new WebGLRenderer({ antialias: true, powerPreference: 'high-performance' });
    this.#renderer.shadowMap.enabled = true;
    this.#renderer.shadowMap.type = PCFShadowMap;
    parent.append(this.#renderer.domElement);
    this.#light();
    this.#furnish();
  }

  get tree(): View<ThreeNode>['tree'] {
    return this.#net.tree;
  }

  makeNode(name: string): ThreeNode {
    const node = new Group();
    node.name = name;
    return node;
  }

  start(show: Show<ThreeNode>, frame: (seconds: number) => void): void {
    const { arena } = show;
    arena.kart_added.connect((kart, node) => this.#addKart(kart, node as Group));
    arena.kart_removed.connect((kart) => this.#karts.delete(kart));
    arena.shot_added.connect((shot, node) => this.#addShot(shot, node as Group));
    arena.shot_removed.connect((shot) => this.#shots.delete(shot));
    this.#particles = this.#makeParticles(show);
    let last = performance.now();
    const loop = (time: number): void => {
      const seconds = Math.min(0.1, (time - last) / 1000);
      last = time;
      this.#refine(show.quality.grade);
      this.#resize();
      show.frame(seconds, this.#camera.aspect);
      this.#draw(show);
      frame(seconds);
      this.#renderer.render(this.#scene, this.#camera);
    };
    // The network is polled before each picture, and flushed after it.
    this.#renderer.setAnimationLoop(this.#net.wrap(loop));
  }

  project(x: number, y: number, z: number, out: { x: number; y: number }): boolean {
    const point = this.#projected.set(x, y, z).project(this.#camera);
    const { clientWidth, clientHeight } = this.#renderer.domElement;
    out.x = (point.x * 0.5 + 0.5) * clientWidth;
    out.y = (0.5 - point.y * 0.5) * clientHeight;
    return point.z < 1;
  }

  // What is there from the beginning.

  #light(): void {
    this.#scene.fog = new Fog(PALETTE.haze, 70, 230);
    this.#scene.add(new HemisphereLight(0xdce6ff, 0xd9bd92, 1.75), this.#sun, this.#sun.target);
    this.#sun.shadow.bias = -0.0005;
    this.#sun.shadow.normalBias = 0.03;
    const { camera } = this.#sun.shadow;
    camera.left = camera.bottom = -SHADOW_REACH;
    camera.right = camera.top = SHADOW_REACH;
    camera.far = 160;
  }

  #furnish(): void {
    const floor = this.#add(models.floorModel(), lit);
    floor.receiveShadow = true;
    const course = this.#add(models.courseModel(), lit);
    course.castShadow = course.receiveShadow = true;
    this.#add(models.surroundingsModel(), lit);
    this.#add(models.glowModel(), glowing);
    this.#add(models.skyModel(), new MeshBasicMaterial({ vertexColors: true, fog: false, depthWrite: false, side: 2 }));
  }

  #add(model: Shape, material: Material): Mesh {
    const mesh = new Mesh(toGeometry(model), material);
    this.#scene.add(mesh);
    return mesh;
  }

  #makeParticles({ particles }: Show<ThreeNode>): InstancedMesh {
    const box = toGeometry(new Shape().box([1, 1, 1], [0, -0.5, 0], 0xffffff));
    const mesh = new InstancedMesh(box, lit, particles.count);
    mesh.instanceMatrix = new InstancedBufferAttribute(particles.matrices, 16);
    mesh.instanceColor = new InstancedBufferAttribute(particles.colours, 4);
    mesh.frustumCulled = false;
    this.#scene.add(mesh);
    return mesh;
  }

  // What comes and goes: the game has made an empty node for it.

  #addKart(kart: Kart, node: Group): void {
    const mesh = new Mesh(kept(this.#kartModels, kart.colour, models.kartModel), lit);
    mesh.castShadow = true;
    node.add(mesh);
    this.#karts.set(kart, node);
  }

  #addShot(shot: Shot, node: Group): void {
    node.add(new Mesh(kept(this.#shotModels, shot.kart.colour, models.shotModel), glowing));
    this.#shots.set(shot, node);
  }

  // Each picture.

  #draw(show: Show<ThreeNode>): void {
    for (const [kart, node] of this.#karts) {
      node.visible = show.isSeen(kart);
      node.position.copy(kart.position);
      node.quaternion.copy(kart.quaternion);
      const { pitch, roll } = show.motionOf(kart);
      node.children[0]?.rotation.set(pitch, 0, roll);
    }
    for (const [{ body, isSpent }, node] of this.#shots) {
      node.visible = !isSpent;
      node.position.set(body.x, SHOT_HEIGHT, body.z);
    }
    if (this.#particles?.instanceColor) {
      this.#particles.instanceMatrix.needsUpdate = true;
      this.#particles.instanceColor.needsUpdate = true;
    }
    this.#aim(show);
  }

  #aim({ camera: { eye, target, fieldOfView } }: Show<ThreeNode>): void {
    this.#camera.fov = fieldOfView;
    this.#camera.position.copy(eye);
    this.#camera.lookAt(target.x, target.y, target.z);
    this.#camera.updateProjectionMatrix();
    this.#camera.updateMatrixWorld();
    this.#sun.target.position.copy(target);
    this.#sun.position.copy(target).addScaledVector(this.#projected.copy(SUN), 70);
  }

  #refine(grade: Grade): void {
    if (grade === this.#grade) return;
    this.#grade = grade;
    this.#renderer.setPixelRatio(Math.min(devicePixelRatio, grade.pixelRatio));
    refineShadow(this.#sun, grade);
  }

  #resize(): void {
    const { domElement } = this.#renderer;
    const { clientWidth, clientHeight } = domElement.parentElement as Element;
    const ratio = this.#renderer.getPixelRatio();
    if (domElement.width === Math.floor(clientWidth * ratio) && domElement.height === Math.floor(clientHeight * ratio))
      return;
    this.#renderer.setSize(clientWidth, clientHeight);
    this.#camera.aspect = clientWidth / clientHeight;
  }
}

/** A model is made once per colour. */
function kept(made: Map<number, BufferGeometry>, colour: number, model: (colour: number) => Shape): BufferGeometry {
  const found = made.get(colour) ?? toGeometry(model(colour));
  made.set(colour, found);
  return found;
}

export const createView = async (parent: Element): Promise<View<ThreeNode>> => new ThreeView(parent);
