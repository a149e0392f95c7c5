import { addAfterEffect, useFrame, useThree } from '@react-three/fiber';
import { createContext, createElement, type ReactNode, useContext, useEffect, useState } from 'react';
import type { SceneNetworkOptions } from '../scene-network.js';
import { attach, type ThreeNetwork } from '../three/attach.js';
import type { ThreeNode } from '../three/three-types.js';

/** Before everything else in a frame. Negative, so that the canvas goes on rendering by itself. */
const FIRST = -1000;

const NetworkContext = createContext<ThreeNetwork | null>(null);

export interface NetworkProviderProps {
  children?: ReactNode;
  /** Read once, when the provider is mounted. */
  options?: SceneNetworkOptions<ThreeNode>;
  /** The network is there: the place to set `multiplayer.multiplayerPeer`. Called again if it is mounted again. */
  onAttach?: (network: ThreeNetwork) => void;
}

/**
 * Puts multiplayer into the scene of a `<Canvas>`; its children reach it by `useNetwork`. Unmounting leaves the game.
 * Children are rendered as soon as there is a network.
 */
export function NetworkProvider({ children, options, onAttach }: NetworkProviderProps): ReactNode {
  const scene = useThree((state) => state.scene);
  const invalidate = useThree((state) => state.invalidate);
  const [network, setNetwork] = useState<ThreeNetwork | null>(null);

  // Made in the effect and not while rendering: StrictMode renders twice, and mounts, unmounts and mounts again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: options and onAttach are read once
  useEffect(() => {
    const made = attach(scene as unknown as ThreeNode, options);
    made.releaseWith(addAfterEffect(() => made.loop.end()));
    made.tree.process_frame.connect(renderWhatArrived(made, invalidate));
    setNetwork(made);
    onAttach?.(made);
    return () => {
      made.close();
      setNetwork((current) => (current === made ? null : current));
    };
  }, [scene]);

  useFrame(() => network?.loop.begin(), FIRST);
  return network === null ? null : createElement(NetworkContext.Provider, { value: network }, children);
}

/** A canvas with `frameloop="demand"` has to be asked for a frame when something may have changed. */
function renderWhatArrived({ multiplayer }: ThreeNetwork, invalidate: () => void): () => void {
  let received = multiplayer.getReceivedPacketCount();
  return () => {
    const now = multiplayer.getReceivedPacketCount();
    if (now !== received) invalidate();
    received = now;
  };
}

/** The network of the scene this component is in. */
export function useNetwork(): ThreeNetwork {
  const network = useContext(NetworkContext);
  if (network === null) throw new Error('useNetwork needs a <NetworkProvider> above it, inside the <Canvas>');
  return network;
}
