import { Canvas, createPortal, useFrame, useThree } from '@react-three/fiber';
import { Fragment, type ReactNode, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { NetworkProvider, type ThreeNetwork } from 'scenewire/react-three-fiber';
import type { ThreeNode } from 'scenewire/three';
import { type Camera, Group, type Mesh, Vector3 } from 'three';
import type { Kart } from '../../game/kart.js';
import type { Shot } from '../../game/shot.js';
import type { Show } from '../../show/show.js';
import { SHOT_HEIGHT } from '../../sim/shot-body.js';
import type { View } from '../view.js';
import { Course, Dust, KartBody, ShotBody, Sun } from './models.js';
import { type Entity, useEntities } from './use-entities.js';

interface Playing {
  readonly show: Show<ThreeNode>;
  readonly frame: (seconds: number) => void;
}

/** The arena in react-three-fiber: what the game has spawned is state, and components draw it. */
class ReactView implements View<ThreeNode> {
  readonly tree: View<ThreeNode>['tree'];
  readonly #play: (playing: Playing) => void;
  readonly #projected = new Vector3();
  camera: Camera | null = null;
  size = { width: 1, height: 1 };

  constructor(network: ThreeNetwork, play: (playing: Playing) => void) {
    this.tree = network.tree;
    this.#play = play;
  }

  makeNode(name: string): ThreeNode {
    const node = new Group();
    node.name = name;
    return node;
  }

  start(show: Show<ThreeNode>, frame: (seconds: number) => void): void {
    this.#play({ show, frame });
  }

  project(x: number, y: number, z: number, out: { x: number; y: number }): boolean {
    if (this.camera === null) return false;
    const point = this.#projected.set(x, y, z).project(this.camera);
    out.x = (point.x * 0.5 + 0.5) * this.size.width;
    out.y = (0.5 - point.y * 0.5) * this.size.height;
    return point.z < 1;
  }
}

function Stage({ onReady }: { onReady(view: View<ThreeNode>): void }): ReactNode {
  const [view, setView] = useState<ReactView | null>(null);
  const [playing, setPlaying] = useState<Playing | null>(null);
  const attached = (network: ThreeNetwork): void => {
    const made = new ReactView(network, setPlaying);
    setView(made);
    onReady(made);
  };
  return (
    <Canvas flat shadows="percentage" camera={{ near: 0.1, far: 600 }}>
      <Course />
      <NetworkProvider onAttach={attached}>
        {view !== null && playing !== null && <Game view={view} {...playing} />}
      </NetworkProvider>
    </Canvas>
  );
}

function Game({ view, show, frame }: Playing & { view: ReactView }): ReactNode {
  const { arena } = show;
  const karts = useEntities(arena.karts, arena.kart_added, arena.kart_removed);
  const shots = useEntities(arena.shots, arena.shot_added, arena.shot_removed);
  useFrame(({ size, viewport, setDpr }, delta) => {
    const seconds = Math.min(0.1, delta);
    const ratio = Math.min(devicePixelRatio, show.quality.grade.pixelRatio);
    if (viewport.dpr !== ratio) setDpr(ratio);
    show.frame(seconds, size.width / size.height);
  }, -1);
  return (
    <>
      <Eye view={view} show={show} frame={frame} />
      <Sun show={show} />
      <Dust particles={show.particles} />
      {karts.map((kart) => (
        <Fragment key={kart.key}>
          {createPortal(<SeenKart thing={kart.thing} node={kart.node} show={show} />, kart.node)}
        </Fragment>
      ))}
      {shots.map((shot) => (
        <Fragment key={shot.key}>{createPortal(<SeenShot thing={shot.thing} node={shot.node} />, shot.node)}</Fragment>
      ))}
    </>
  );
}

/** The camera goes where the show wants it; then the page may write names over the picture. */
function Eye({ view, show, frame }: Playing & { view: ReactView }): null {
  const camera = useThree((state) => state.camera);
  const size = useThree((state) => state.size);
  useEffect(() => {
    view.camera = camera;
    view.size = size;
  }, [view, camera, size]);
  useFrame((_state, delta) => {
    const { eye, target, fieldOfView } = show.camera;
    camera.position.set(eye.x, eye.y, eye.z);
    camera.lookAt(target.x, target.y, target.z);
    if ('fov' in camera) camera.fov = fieldOfView;
    camera.updateProjectionMatrix();
    camera.updateMatrixWorld();
    frame(Math.min(0.1, delta));
  });
  return null;
}

/** Drawn inside of the node that the game has made for it, which it moves. */
function SeenKart({ thing: kart, node, show }: Omit<Entity<Kart>, 'key'> & { show: Show<ThreeNode> }): ReactNode {
  const body = useRef<Mesh>(null);
  useFrame(() => {
    node.visible = show.isSeen(kart);
    node.position.set(kart.x, 0, kart.z);
    node.quaternion.set(0, kart.quaternion.y, 0, kart.quaternion.w);
    const { pitch, roll } = show.motionOf(kart);
    body.current?.rotation.set(pitch, 0, roll);
  });
  return <KartBody ref={body} colour={kart.colour} />;
}

function SeenShot({ thing: shot, node }: Omit<Entity<Shot>, 'key'>): ReactNode {
  useFrame(() => {
    node.visible = !shot.isSpent;
    node.position.set(shot.body.x, SHOT_HEIGHT, shot.body.z);
  });
  return <ShotBody colour={shot.kart.colour} />;
}

export function createView(parent: Element): Promise<View<ThreeNode>> {
  return new Promise((resolve) => createRoot(parent).render(<Stage onReady={resolve} />));
}
