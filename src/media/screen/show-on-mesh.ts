import type { RemoteScreen } from './remote-screen.js';

/** Engines by their shape: the game hands over its engine's own texture class, so that nothing is imported here. */

/** three's `VideoTexture`, or an instance of it. */
export interface ThreeVideoTexture {
  colorSpace: string;
  dispose(): void;
}

export interface ThreeScreenMesh<Texture> {
  readonly material: { map: Texture | null; needsUpdate: boolean };
}

/** Babylon's `VideoTexture`, or an instance of it. */
export interface BabylonVideoTexture {
  dispose(): void;
}

/** A mesh with a StandardMaterial or a PBRMaterial. */
export interface BabylonScreenMesh<Scene> {
  readonly material: object | null;
  getScene(): Scene;
}

/** Puts the pictures on a mesh of three, and gives a function that takes them off again. */
export function showOnThreeMesh<Texture extends ThreeVideoTexture>(
  screen: RemoteScreen,
  mesh: ThreeScreenMesh<NoInfer<Texture> | object>,
  VideoTexture: new (video: HTMLVideoElement) => Texture,
): () => void {
  const { material } = mesh;
  const before = material.map;
  const texture = new VideoTexture(screen.video);
  // Pictures are made for screens; three would take them for raw numbers.
  texture.colorSpace = 'srgb';
  material.map = texture;
  material.needsUpdate = true;
  return () => {
    if (material.map === texture) material.map = before;
    material.needsUpdate = true;
    texture.dispose();
  };
}

/** Puts the pictures on a mesh of Babylon, lit by themselves, and gives a function that takes them off again. */
export function showOnBabylonMesh<Scene>(
  screen: RemoteScreen,
  mesh: BabylonScreenMesh<Scene>,
  VideoTexture: new (name: string, video: HTMLVideoElement, scene: Scene) => BabylonVideoTexture,
): () => void {
  const texture = new VideoTexture(`screen of ${screen.peerId}`, screen.video, mesh.getScene());
  const changes: Record<string, unknown> =
    'albedoTexture' in (mesh.material ?? {})
      ? { albedoTexture: texture, unlit: true }
      : { emissiveTexture: texture, disableLighting: true };
  const material = (mesh.material ?? {}) as Record<string, unknown>;
  const before = Object.keys(changes).map((name) => [name, material[name]] as const);
  Object.assign(material, changes);
  return () => {
    for (const [name, value] of before) if (material[name] === changes[name]) material[name] = value;
    texture.dispose();
  };
}
