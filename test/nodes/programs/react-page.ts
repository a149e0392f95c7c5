import { Canvas, useFrame } from '@react-three/fiber';
import { Activity, type ActivityProps, createElement, createRef, type ReactNode, StrictMode, useRef } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import {
  MultiplayerPeer,
  replicate,
  type SceneMultiplayer,
  spawnInto,
  type Variant,
  WebRTCMultiplayerPeer,
  WebRTCPeerConnection,
} from 'scenewire';
import {
  NetworkProvider,
  Spawned,
  type SpawnedEntity,
  type SpawnedHandle,
  type SpawnedProps,
  type ThreeNetwork,
  useNetwork,
  useReplicate,
  useScript,
} from 'scenewire/react-three-fiber';
import { LoopbackNetwork } from 'scenewire/testing';
import { attach } from 'scenewire/three';
import { Group, type Mesh, Object3D, Scene } from 'three';
import { Chat } from './chat.js';

/** All networks that were ever made, by reference that keeps none alive. */
const made: WeakRef<ThreeNetwork>[] = [];
const log: string[] = [];
const counts = { frames: 0, polls: 0, draws: 0 };
let current: ThreeNetwork | null = null;
let joins = 0;
const handle = createRef<SpawnedHandle>();

// The host: a scene of its own, which nobody sees, in the same page.
const link = new LoopbackNetwork();
const hostScene = new Scene();
const host = attach(hostScene, { heartbeat: null });
const hostPeer = new WebRTCMultiplayerPeer();
hostPeer.createServer();
host.multiplayer.multiplayerPeer = hostPeer;
const hostBox = new Object3D();
hostBox.name = 'Box';
hostScene.add(hostBox);
const hostChat = host.bind(hostBox, new Chat());
replicate(hostBox, { position: 'onChange' }, { name: 'Place' });
const hostThings = new Group();
hostThings.name = 'Things';
hostScene.add(hostThings);
const hostSpawner = spawnInto(hostThings, {}, { spawn: (data) => makeThing(data) });
setInterval(() => {
  host.poll(0.02);
  host.flush();
}, 20);

function makeThing(_data: Variant): Object3D {
  return new Group();
}

/** Connects a network to the host, as `onAttach` of a game would. */
function join(network: ThreeNetwork): void {
  joins += 1;
  const id = joins + 1;
  const peer = new WebRTCMultiplayerPeer();
  peer.createClient(id);
  const [here, there] = [
    new WebRTCPeerConnection({ extension: link.Extension }),
    new WebRTCPeerConnection({ extension: link.Extension }),
  ];
  const carry = (from: WebRTCPeerConnection, to: WebRTCPeerConnection): void => {
    from.session_description_created.connect((type, sdp) => {
      from.setLocalDescription(type, sdp);
      to.setRemoteDescription(type, sdp);
    });
    from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
  };
  carry(here, there);
  carry(there, here);
  hostPeer.addPeer(here, id);
  peer.addPeer(there, MultiplayerPeer.TARGET_PEER_SERVER);
  (network.multiplayer as SceneMultiplayer<never>).multiplayerPeer = peer;
  here.createOffer();
}

function onAttach(network: ThreeNetwork): void {
  made.push(new WeakRef(network));
  current = network;
  network.tree.process_frame.connect(() => (counts.polls += 1));
  log.push(`attached ${made.length}`);
  join(network);
}

const noteDraw = (): void => {
  counts.draws += 1;
};

function Box(): ReactNode {
  const mesh = useRef<Mesh>(null);
  useReplicate(mesh, { position: 'onChange' }, { name: 'Place' });
  const chat = useScript(mesh as never, () => new Chat());
  Object.assign(globalThis, { chat });
  const network = useNetwork();
  useFrame(() => {
    counts.frames += 1;
    if (network !== current) log.push('a frame of a network that is gone');
  });
  return createElement(
    'mesh',
    { name: 'Box', ref: mesh, onAfterRender: noteDraw },
    createElement('boxGeometry'),
    createElement('meshBasicMaterial'),
  );
}

const drawThing = ({ data }: SpawnedEntity<number>): ReactNode => createElement('object3D', { name: `thing ${data}` });

interface Look {
  readonly strict?: boolean;
  readonly frameloop?: 'always' | 'demand';
  /** Takes the effects of everything down, and keeps its state. */
  readonly hidden?: boolean;
  /** Another one mounts everything anew, as an edited module does. */
  readonly version?: number;
}

function Game({ strict = false, hidden = false, frameloop = 'always', version = 0 }: Look): ReactNode {
  const spawned: SpawnedProps<number> = { name: 'Things', ref: handle, children: drawThing };
  const things = createElement(Spawned<number>, spawned);
  const provider = createElement(NetworkProvider, { key: version, onAttach }, createElement(Box), things);
  const activity: ActivityProps = { mode: hidden ? 'hidden' : 'visible', children: provider };
  const content = createElement(Activity, activity);
  const canvas = createElement(Canvas, { frameloop, style: { width: 200, height: 150 } }, content);
  return strict ? createElement(StrictMode, null, canvas) : canvas;
}

const place = document.createElement('div');
document.body.append(place);
let root: Root | null = null;

const alive = (): ThreeNetwork[] => made.flatMap((ref) => ref.deref() ?? []).filter((network) => network.isAttached);

function namesIn(node: Object3D): string[] {
  return node.children.flatMap((child) => [child.name, ...namesIn(child)]);
}

Object.assign(globalThis, {
  page: {
    render(look: Look): void {
      root ??= createRoot(place);
      root.render(createElement(Game, look));
    },
    unmount(): void {
      root?.unmount();
      root = null;
    },
    moveBox: (x: number) => void hostBox.position.set(x, 0, 0),
    say: (number: number) => void hostChat.rpc.say(number),
    spawn: (number: number) => (hostSpawner.spawn(number) === null ? 'refused' : 'spawned'),
    despawnAll: () => {
      for (const child of [...hostThings.children]) host.tree.free(child);
    },
    spawnHere: () => (handle.current?.spawn(1) === null ? 'refused' : 'spawned'),
    collected: () => made.filter((ref) => ref.deref() === undefined).length,
    state: () => ({
      log: [...log],
      ...counts,
      made: made.length,
      attached: alive().length,
      peers: host.multiplayer.getPeers().length,
      joined: current?.multiplayer.getPeers() ?? [],
      boxX: (current?.tree.getNode('/root/Box') as Object3D | null)?.position.x ?? null,
      heard: (globalThis as { chat?: Chat }).chat?.heard ?? [],
      things: namesIn((current?.tree.getNode('/root/Things') as Object3D | null) ?? new Object3D()),
    }),
    letGo: () => {
      current = null;
    },
  },
});
