import { format } from 'node:util';
import { MultiplayerAPI, setErrorHandler, setLogSink, WebRTCPeerConnection } from 'scenewire';
import { createHeadless, MemoryNode } from 'scenewire/headless';
import { LoopbackNetwork } from 'scenewire/testing';
// Loaded on demand. Fetched by then, it takes none of the test runner's timers while those of a program are counted.
import '../../../src/extension/identity-desk.js';
import { watchTimers } from './watch-timers.js';

/** How long a program of the documentation may take on a busy machine. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 2;

export interface BlockRun {
  /** What it printed. */
  readonly lines: readonly string[];
  /** What the library reported meanwhile. */
  readonly reports: readonly string[];
  /** Timers that were still going when the patience ended: a process of its own would not have ended. */
  readonly unfinished: number;
}

/**
 * Runs a program of the documentation inside of this process, on a loopback network, with what its pages take for given,
 * until none of its timers is left and it has printed so many lines.
 */
export async function runBlock(file: string, lineCount: number): Promise<BlockRun> {
  const lines: string[] = [];
  const reports: string[] = [];
  WebRTCPeerConnection.setDefaultExtension(new LoopbackNetwork().Extension);
  setErrorHandler((text) => reports.push(text));
  const takeBack = await giveWhatIsGiven();
  const { log } = console;
  const look = setTimeout;
  const timers = watchTimers();
  console.log = (...args: unknown[]) => lines.push(format(...args));
  try {
    await import(file);
    const deadline = performance.now() + PATIENCE_MS;
    const isDone = (): boolean => timers.count() === 0 && lines.length >= lineCount;
    while (!isDone() && performance.now() < deadline) await new Promise((resolve) => look(resolve, LOOK_MS));
    return { lines, reports, unfinished: timers.count() };
  } finally {
    console.log = log;
    timers.end();
    takeBack();
    setErrorHandler(null);
    setLogSink(null);
    MultiplayerAPI.setDefaultInterface('SceneMultiplayer');
    WebRTCPeerConnection.setDefaultExtension(null);
  }
}

/** What docs/README.md promises: a connection that stands, to one that answers, and a scene with a world in it. */
async function giveWhatIsGiven(): Promise<() => void> {
  const [connection, other] = [new WebRTCPeerConnection(), new WebRTCPeerConnection()];
  const [channel, echo] = [connection, other].map((one) => one.createDataChannel('given', { negotiated: true, id: 9 }));
  for (const [one, two] of [[connection, other] as const, [other, connection] as const]) {
    one.session_description_created.connect((type, sdp) => {
      one.setLocalDescription(type, sdp);
      two.setRemoteDescription(type, sdp);
    });
    one.ice_candidate_created.connect((media, index, name) => two.addIceCandidate(media, index, name));
  }
  echo?.packet_received.connect(() => echo.putPacket(echo.getPacket()));
  connection.createOffer();
  while (channel?.getReadyState() !== 1 || echo?.getReadyState() !== 1) {
    for (const one of [connection, other]) one.poll();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const net = createHeadless({ keepAlive: false });
  const { tree, multiplayer } = net;
  const world = new MemoryNode('World');
  tree.addChild(tree.getRoot(), world);
  const scene = { net, network: net, tree, multiplayer, world, node: world, car: world };
  const given = { connection, channel, send: () => {}, handle: () => {}, ...scene };
  Object.assign(globalThis, given);
  return () => {
    net.close();
    for (const one of [connection, other]) one.close();
    for (const name of Object.keys(given)) Reflect.deleteProperty(globalThis, name);
  };
}
