import type { Replication } from 'scenewire';
import { LinePeer, renumber, type TapedPacket } from './nodes-line.js';
import { babylonNodes, type NodesScene, type NodesSetup, threeNodes } from './nodes-scene.js';

export const engines = { babylon: babylonNodes, three: threeNodes } as const;
export type Engine = keyof typeof engines;

const MOST_POLLS = 0x10000;

/** A host and a client that know each other's paths, each in a scene of its own. */
export interface JoinedScenes {
  readonly host: NodesScene;
  readonly hostPeer: LinePeer;
  readonly client: NodesScene;
  readonly clientPeer: LinePeer;
  close(): void;
}

/** Once they know all paths, packets go nowhere: whoever wants them puts a tape in. */
export function joinScenes(engine: Engine, rule: Replication, count: number): JoinedScenes {
  const [hostPeer, clientPeer] = [new LinePeer(1, 2), new LinePeer(2, 1)];
  hostPeer.other = clientPeer;
  clientPeer.other = hostPeer;
  const setup = (peer: LinePeer): NodesSetup => ({ peer, rule, count });
  const [host, client] = [engines[engine](setup(hostPeer)), engines[engine](setup(clientPeer))];
  for (let n = 0; n < 6; n += 1) {
    host.move(count, n);
    host.frame();
    client.frame();
  }
  hostPeer.other = clientPeer.other = null;
  return {
    host,
    hostPeer,
    client,
    clientPeer,
    close() {
      host.close();
      client.close();
    },
  };
}

/** What leaves the host in so many frames, in each of which so many nodes move. */
export function record({ host, hostPeer }: JoinedScenes, frames: number, moving: number): TapedPacket[][] {
  const tape: TapedPacket[][] = [];
  for (let n = 0; n < frames; n += 1) {
    hostPeer.tape = [];
    host.move(moving, n);
    host.frame();
    tape.push(hostPeer.tape);
  }
  hostPeer.tape = null;
  return tape;
}

/** Gives a client what was recorded, again and again: a frame of the host for each call. */
export function player(peer: LinePeer, tape: readonly (readonly TapedPacket[])[]): (frame: number) => void {
  let poll = 1000;
  return (frame) => {
    const packets = tape[frame % tape.length] as readonly TapedPacket[];
    poll = (poll + 1) % MOST_POLLS;
    renumber(packets, poll);
    peer.load(packets);
  };
}
