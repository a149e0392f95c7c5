import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { DirectionalLight } from '@babylonjs/core/Lights/directionalLight.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { ShadowGenerator } from '@babylonjs/core/Lights/Shadows/shadowGenerator.js';
import { Material } from '@babylonjs/core/Materials/material.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import '@babylonjs/core/Meshes/thinInstanceMesh.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Scene } from '@babylonjs/core/scene.js';
import { attach, type BabylonThing } from 'scenewire/babylon';
import type { Kart } from '../../game/kart.js';
import type { Shot } from '../../game/shot.js';
import * as models from '../../look/models.js';
import { cssColour, PALETTE } from '../../look/palette.js';
import { type MeshData, Shape } from '../../look/shape.js';
import { FINEST, type Grade } from '../../show/quality.js';
import type { Show } from '../../show/show.js';
import { SHOT_HEIGHT } from '../../sim/shot-body.js';
import { SHADOW_REACH, SUN } from '../sun.js';
import type { View } from '../view.js';

/** The game thinks as the wire does. A left-handed scene would do as well: it had to mirror what it reads of karts. */
function rightHanded(scene: Scene): Scene {
  scene.useRightHandedSystem = true;
  return scene;
}

const colour = (hex: number): Color3 => Color3.FromHexString(cssColour(hex));

/** The arena in Babylon.js. */
export class BabylonView implements View<BabylonThing> {
  readonly #canvas = document.createElement('canvas');
  readonly #engine = new Engine(this.#canvas, true, { adaptToDeviceRatio: false });
  readonly #scene = rightHanded(new Scene(this.#engine));
  readonly #camera = new FreeCamera('camera', Vector3.Zero(), this.#scene);
  readonly #net = attach(this.#scene);
  readonly #sun = new DirectionalLight('sun', new Vector3(-SUN.x, -SUN.y, -SUN.z), this.#scene);
  readonly #shadows = new ShadowGenerator(FINEST.shadowMapSize, this.#sun);
  readonly #lit = this.#material('lit');
  readonly #glowing = this.#material('glowing', true);
  readonly #karts = new Map<Kart, TransformNode>();
  readonly #shots = new Map<Shot, TransformNode>();
  readonly #models = new Map<string, Mesh>();
  readonly #projected = new Vector3();
  #particles: Mesh | null = null;
  #grade = FINEST;

  constructor(parent: Element) {
    parent.append(this.#canvas);
    this.#scene.autoClear = false;
    this.#scene.skipPointerMovePicking = true;
    this.#camera.minZ = 0.1;
    this.#camera.maxZ = 600;
    this.#light();
    this.#furnish();
  }

  get tree(): View<BabylonThing>['tree'] {
    return this.#net.tree;
  }

  makeNode(name: string): BabylonThing {
    const node = new TransformNode(name, this.#scene);
    node.rotationQuaternion = Quaternion.Identity();
    return node;
  }

  start(show: Show<BabylonThing>, frame: (seconds: number) => void): void {
    const { arena } = show;
    arena.kart_added.connect((kart, node) => this.#addKart(kart, node as TransformNode));
    arena.kart_removed.connect((kart) => this.#karts.delete(kart));
    arena.shot_added.connect((shot, node) => this.#addShot(shot, node as TransformNode));
    arena.shot_removed.connect((shot) => this.#shots.delete(shot));
    this.#particles = this.#makeParticles(show);
    this.#engine.runRenderLoop(() => this.#scene.render());
    // The network was polled before the animations, and is flushed when the scene was rendered.
    this.#scene.onBeforeRenderObservable.add(() => {
      const seconds = Math.min(0.1, this.#engine.getDeltaTime() / 1000);
      this.#refine(show.quality.grade);
      this.#resize();
      show.frame(seconds, this.#engine.getAspectRatio(this.#camera));
      this.#draw(show);
      frame(seconds);
    });
  }

  project(x: number, y: number, z: number, out: { x: number; y: number }): boolean {
    const point = this.#projected.set(x, y, z);
    const camera = this.#camera;
    Vector3.TransformCoordinatesToRef(point, camera.getViewMatrix(), point);
    const isAhead = point.z < -camera.minZ;
    Vector3.TransformCoordinatesToRef(point, camera.getProjectionMatrix(), point);
    out.x = (point.x * 0.5 + 0.5) * this.#canvas.clientWidth;
    out.y = (0.5 - point.y * 0.5) * this.#canvas.clientHeight;
    return isAhead;
  }

  // What is there from the beginning.

  #light(): void {
    const sky = new HemisphericLight('sky', Vector3.Up(), this.#scene);
    sky.intensity = 0.62;
    sky.diffuse = colour(0xdce6ff);
    sky.groundColor = colour(0xd9bd92);
    sky.specular = Color3.Black();
    this.#sun.intensity = 0.62;
    this.#sun.diffuse = colour(PALETTE.sun);
    this.#sun.specular = Color3.Black();
    this.#sun.autoUpdateExtends = false;
    this.#sun.orthoLeft = this.#sun.orthoBottom = -SHADOW_REACH;
    this.#sun.orthoRight = this.#sun.orthoTop = SHADOW_REACH;
    this.#sun.shadowMinZ = 0;
    this.#sun.shadowMaxZ = 160;
    this.#shadows.usePercentageCloserFiltering = true;
    this.#shadows.bias = 0.0012;
    this.#shadows.normalBias = 0.03;
    this.#scene.fogMode = Scene.FOGMODE_LINEAR;
    this.#scene.fogColor = colour(PALETTE.haze);
    this.#scene.fogStart = 70;
    this.#scene.fogEnd = 230;
  }

  #furnish(): void {
    this.#fixed('floor', models.floorModel()).receiveShadows = true;
    const course = this.#fixed('course', models.courseModel());
    course.receiveShadows = true;
    this.#shadows.addShadowCaster(course);
    this.#fixed('surroundings', models.surroundingsModel());
    this.#fixed('glow', models.glowModel(), this.#glowing);
    const inside = this.#material('sky', true);
    inside.backFaceCulling = false;
    this.#fixed('sky', models.skyModel(), inside).applyFog = false;
  }

  #fixed(name: string, model: MeshData, material = this.#lit): Mesh {
    const mesh = this.#mesh(name, model, material);
    mesh.freezeWorldMatrix();
    return mesh;
  }

  #mesh(name: string, { positions, normals, colours, indices }: MeshData, material: StandardMaterial): Mesh {
    const mesh = new Mesh(name, this.#scene);
    const data = new VertexData();
    data.positions = positions;
    data.normals = normals;
    data.indices = indices;
    data.colors = [];
    for (let at = 0; at < colours.length; at += 3)
      data.colors.push(colours[at] as number, colours[at + 1] as number, colours[at + 2] as number, 1);
    data.applyToMesh(mesh);
    mesh.material = material;
    mesh.isPickable = false;
    return mesh;
  }

  /** One that needs no light shows its colours as they are. */
  #material(name: string, isGlowing = false): StandardMaterial {
    const material = new StandardMaterial(name, this.#scene);
    material.specularColor = Color3.Black();
    material.disableLighting = isGlowing;
    if (isGlowing) material.emissiveColor = Color3.White();
    material.sideOrientation = Material.CounterClockWiseSideOrientation;
    return material;
  }

  #makeParticles({ particles }: Show<BabylonThing>): Mesh {
    const mesh = this.#mesh('particles', new Shape().box([1, 1, 1], [0, -0.5, 0], 0xffffff), this.#lit);
    mesh.thinInstanceSetBuffer('matrix', particles.matrices, 16, false);
    mesh.thinInstanceSetBuffer('color', particles.colours, 4, false);
    mesh.alwaysSelectAsActiveMesh = true;
    return mesh;
  }

  // What comes and goes: the game has made an empty node for it.

  #addKart(kart: Kart, node: TransformNode): void {
    const body = this.#copy(`kart ${kart.colour}`, () => models.kartModel(kart.colour), this.#lit);
    body.parent = node;
    this.#shadows.addShadowCaster(body);
    body.onDisposeObservable.addOnce(() => this.#shadows.removeShadowCaster(body));
    this.#karts.set(kart, node);
  }

  #addShot(shot: Shot, node: TransformNode): void {
    const { colour: paint } = shot.kart;
    this.#copy(`shot ${paint}`, () => models.shotModel(paint), this.#glowing).parent = node;
    this.#shots.set(shot, node);
  }

  /** A model is made once, and shares its triangles with its copies. */
  #copy(name: string, model: () => MeshData, material: StandardMaterial): Mesh {
    let original = this.#models.get(name);
    if (original === undefined) {
      original = this.#mesh(name, model(), material);
      original.setEnabled(false);
      this.#models.set(name, original);
    }
    const copy = original.clone(name);
    copy.setEnabled(true);
    return copy;
  }

  // Each picture.

  #draw(show: Show<BabylonThing>): void {
    for (const [kart, node] of this.#karts) {
      node.setEnabled(show.isSeen(kart));
      node.position.set(kart.x, 0, kart.z);
      node.rotationQuaternion?.set(0, kart.quaternion.y, 0, kart.quaternion.w);
      const { pitch, roll } = show.motionOf(kart);
      const [body] = node.getChildMeshes(true);
      body?.rotation.set(pitch, 0, roll);
    }
    for (const [{ body, isSpent }, node] of this.#shots) {
      node.setEnabled(!isSpent);
      node.position.set(body.x, SHOT_HEIGHT, body.z);
    }
    this.#particles?.thinInstanceBufferUpdated('matrix');
    this.#particles?.thinInstanceBufferUpdated('color');
    this.#aim(show);
  }

  #aim({ camera: { eye, target, fieldOfView } }: Show<BabylonThing>): void {
    this.#camera.fov = (fieldOfView * Math.PI) / 180;
    this.#camera.position.set(eye.x, eye.y, eye.z);
    this.#camera.setTarget(this.#projected.set(target.x, target.y, target.z));
    this.#sun.position.set(target.x + SUN.x * 70, target.y + SUN.y * 70, target.z + SUN.z * 70);
  }

  #refine(grade: Grade): void {
    if (grade === this.#grade) return;
    this.#grade = grade;
    this.#sun.shadowEnabled = grade.shadowMapSize > 0;
    if (grade.shadowMapSize > 0) this.#shadows.mapSize = grade.shadowMapSize;
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const ratio = Math.min(devicePixelRatio, this.#grade.pixelRatio);
    const [width, height] = [Math.floor(clientWidth * ratio), Math.floor(clientHeight * ratio)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) this.#engine.setSize(width, height);
  }
}

export const createView = async (parent: Element): Promise<View<BabylonThing>> => new BabylonView(parent);
