import { type MultiplayerPeer, WebRTCMultiplayerPeer, WebRTCPeerConnection, WebSocketMultiplayerPeer } from 'scenewire';
import { LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { FRAME_MS, joinConnections } from './webrtc-room.js';
import { WebSocketNetwork } from './websocket-network.js';
import { urlOf } from './websocket-room.js';

/** How long something may take that is bound to happen. */
const PATIENCE_MS = 60_000;
const MOST_FRAMES = 2000;

/** Real transports, and what moves them. */
export interface SceneWorld {
  readonly name: string;
  /** Whether both ends announce what only this library has. */
  readonly isLinked: boolean;
  /** What the APIs measure time with. */
  readonly clock: ManualClock | undefined;
  server(): MultiplayerPeer;
  /** A client that begins to connect to it. Its id may come later. */
  client(server: MultiplayerPeer, id: number): MultiplayerPeer;
  /** Frames until it is so. */
  settle(frame: () => void, until: () => boolean): Promise<void>;
  /** Time in which nobody polls. */
  pause(ms: number): Promise<void>;
  close(): void;
}

/** Frames of a world whose time is only in its clock. */
async function runFrames(clock: ManualClock, step: () => void, frame: () => void, until: () => boolean): Promise<void> {
  for (let n = 0; n < MOST_FRAMES; n += 1) {
    if (until()) return;
    clock.advance(FRAME_MS);
    step();
    frame();
  }
  throw new Error(`Waited in vain for ${until.toString()}`);
}

export function webRTCLoopback(link: boolean): SceneWorld {
  const clock = new ManualClock(1000);
  const network = new LoopbackNetwork({ clock });
  const options = link ? { clock } : { clock, link: false as const };
  const peers: MultiplayerPeer[] = [];
  const make = (): WebRTCMultiplayerPeer => {
    const peer = new WebRTCMultiplayerPeer(options);
    peers.push(peer);
    return peer;
  };
  return {
    name: `WebRTC on loopback${link ? '' : ', as Godot'}`,
    isLinked: link,
    clock,
    server: () => {
      const server = make();
      server.createServer();
      return server;
    },
    client: (server, id) => {
      const client = make();
      client.createClient(id);
      connect(
        server as WebRTCMultiplayerPeer,
        client,
        () => new WebRTCPeerConnection({ extension: network.Extension }),
      );
      return client;
    },
    settle: (frame, until) => runFrames(clock, () => {}, frame, until),
    pause: async (ms) => clock.advance(ms),
    close: () => closeAll(peers),
  };
}

function connect(server: WebRTCMultiplayerPeer, client: WebRTCMultiplayerPeer, make: () => WebRTCPeerConnection): void {
  const [here, there] = [make(), make()];
  joinConnections(here, there);
  server.addPeer(here, client.getUniqueId());
  client.addPeer(there, 1);
  here.createOffer();
}

const closeAll = (peers: readonly MultiplayerPeer[]): void => {
  for (const peer of peers) peer.close();
};

/** Frames of a world whose time is the machine's. */
async function runTurns(frame: () => void, until: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!until()) {
    if (performance.now() > end) throw new Error(`Waited in vain for ${until.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    frame();
  }
}

export function webRTCNative(): SceneWorld {
  const peers: MultiplayerPeer[] = [];
  const configuration = { libdatachannel: { bindAddress: '127.0.0.1' } };
  const make = (): WebRTCMultiplayerPeer => {
    const peer = new WebRTCMultiplayerPeer();
    peers.push(peer);
    return peer;
  };
  return {
    name: 'WebRTC by node-datachannel',
    isLinked: true,
    clock: undefined,
    server: () => {
      const server = make();
      server.createServer();
      return server;
    },
    client: (server, id) => {
      const client = make();
      client.createClient(id);
      connect(server as WebRTCMultiplayerPeer, client, () => new WebRTCPeerConnection({ configuration }));
      return client;
    },
    settle: runTurns,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    close: () => closeAll(peers),
  };
}

export function webSocketsInMemory(link: boolean): SceneWorld {
  const clock = new ManualClock(1000);
  const network = new WebSocketNetwork(clock);
  const peers: MultiplayerPeer[] = [];
  const make = (): WebSocketMultiplayerPeer => {
    const options = { clock, transport: network, ...(!link && { link: false as const }) };
    const peer = new WebSocketMultiplayerPeer(options);
    peers.push(peer);
    return peer;
  };
  return {
    name: `WebSocket in memory${link ? '' : ', as Godot'}`,
    isLinked: link,
    clock,
    server: () => {
      const server = make();
      server.createServer(7);
      return server;
    },
    client: () => {
      const client = make();
      client.createClient('ws://127.0.0.1:7/');
      return client;
    },
    settle: (frame, until) => runFrames(clock, () => network.step(), frame, until),
    pause: async (ms) => clock.advance(ms),
    close: () => closeAll(peers),
  };
}

export function webSockets(): SceneWorld {
  const peers: MultiplayerPeer[] = [];
  const make = (): WebSocketMultiplayerPeer => {
    const peer = new WebSocketMultiplayerPeer();
    peers.push(peer);
    return peer;
  };
  return {
    name: 'WebSocket on real sockets',
    isLinked: true,
    clock: undefined,
    server: () => {
      const server = make();
      server.createServer(0);
      return server;
    },
    client: (server) => {
      const client = make();
      client.createClient(urlOf(server as WebSocketMultiplayerPeer));
      return client;
    },
    settle: runTurns,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    close: () => closeAll(peers),
  };
}
