import { useFrame, useThree } from '@react-three/fiber';
import { type ReactNode, type Ref, useMemo, useRef } from 'react';
import type { ThreeNode } from 'scenewire/three';
import {
  type BufferGeometry,
  type DirectionalLight,
  InstancedBufferAttribute,
  type InstancedMesh,
  type Mesh,
} from 'three';
import * as models from '../../look/models.js';
import { PALETTE } from '../../look/palette.js';
import { Shape } from '../../look/shape.js';
import type { Particles } from '../../show/particles.js';
import type { Show } from '../../show/show.js';
import { SHADOW_REACH, SUN } from '../sun.js';
import { toGeometry } from '../three/geometry.js';
import { refineShadow } from '../three/refine-shadow.js';

const useModel = (make: () => Shape, key = 0): BufferGeometry => {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says which one it is
  return useMemo(() => toGeometry(make()), [key]);
};

/** What is there from the beginning. */
export function Course(): ReactNode {
  const floor = useModel(models.floorModel);
  const course = useModel(models.courseModel);
  const surroundings = useModel(models.surroundingsModel);
  const glow = useModel(models.glowModel);
  const sky = useModel(models.skyModel);
  return (
    <>
      <fog attach="fog" args={[PALETTE.haze, 70, 230]} />
      <hemisphereLight args={[0xdce6ff, 0xd9bd92, 1.75]} />
      <mesh geometry={floor} receiveShadow>
        <meshLambertMaterial vertexColors />
      </mesh>
      <mesh geometry={course} castShadow receiveShadow>
        <meshLambertMaterial vertexColors />
      </mesh>
      <mesh geometry={surroundings}>
        <meshLambertMaterial vertexColors />
      </mesh>
      <mesh geometry={glow}>
        <meshBasicMaterial vertexColors />
      </mesh>
      <mesh geometry={sky}>
        <meshBasicMaterial vertexColors fog={false} depthWrite={false} side={2} />
      </mesh>
    </>
  );
}

/** Its shadows are where the camera looks. */
export function Sun({ show }: { show: Show<ThreeNode> }): ReactNode {
  const light = useRef<DirectionalLight>(null);
  const scene = useThree((state) => state.scene);
  useFrame(() => {
    const { target } = show.camera;
    const sun = light.current;
    if (sun === null) return;
    refineShadow(sun, show.quality.grade);
    scene.add(sun.target);
    sun.target.position.copy(target);
    sun.position.set(target.x + SUN.x * 70, target.y + SUN.y * 70, target.z + SUN.z * 70);
  });
  const reach = SHADOW_REACH;
  return (
    <directionalLight ref={light} args={[PALETTE.sun, 2.9]} shadow-bias={-0.0005} shadow-normalBias={0.03}>
      <orthographicCamera attach="shadow-camera" args={[-reach, reach, reach, -reach, 0.5, 160]} />
    </directionalLight>
  );
}

export function KartBody({ colour, ref }: { colour: number; ref: Ref<Mesh> }): ReactNode {
  const geometry = useModel(() => models.kartModel(colour), colour);
  return (
    <mesh ref={ref} geometry={geometry} castShadow>
      <meshLambertMaterial vertexColors />
    </mesh>
  );
}

export function ShotBody({ colour }: { colour: number }): ReactNode {
  const geometry = useModel(() => models.shotModel(colour), colour);
  return (
    <mesh geometry={geometry}>
      <meshBasicMaterial vertexColors />
    </mesh>
  );
}

/** All that flies about, as instances of one box. */
export function Dust({ particles }: { particles: Particles }): ReactNode {
  const mesh = useRef<InstancedMesh>(null);
  const box = useModel(() => new Shape().box([1, 1, 1], [0, -0.5, 0], 0xffffff));
  const attributes = useMemo(
    () => ({
      matrices: new InstancedBufferAttribute(particles.matrices, 16),
      colours: new InstancedBufferAttribute(particles.colours, 4),
    }),
    [particles],
  );
  useFrame(() => {
    attributes.matrices.needsUpdate = true;
    attributes.colours.needsUpdate = true;
  });
  return (
    <instancedMesh
      ref={mesh}
      args={[box, undefined, particles.count]}
      instanceMatrix={attributes.matrices}
      instanceColor={attributes.colours}
      frustumCulled={false}
    >
      <meshLambertMaterial vertexColors />
    </instancedMesh>
  );
}
