import { format } from 'node:util';
import { setErrorHandler, type WebRTCDataChannel, WebRTCPeerConnection } from 'scenewire';
import { LoopbackNetwork } from 'scenewire/testing';

/** How long a program of the documentation may take on a busy machine. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 2;

export interface BlockRun {
  /** What it printed. */
  readonly lines: readonly string[];
  /** What the library reported meanwhile. */
  readonly reports: readonly string[];
  /** Intervals that were still going when the patience ended. */
  readonly unfinished: number;
}

/**
 * Runs a program of the documentation inside of this process, on a loopback network, with what its pages take for given,
 * until its intervals are cleared and it has printed so many lines.
 */
export async function runBlock(file: string, lineCount: number): Promise<BlockRun> {
  const network = new LoopbackNetwork();
  const lines: string[] = [];
  const reports: string[] = [];
  WebRTCPeerConnection.setDefaultExtension(network.Extension);
  setErrorHandler((text) => reports.push(text));
  const given = giveConnection();
  const intervals = watchIntervals();
  const { log } = console;
  console.log = (...args: unknown[]) => lines.push(format(...args));
  try {
    await import(file);
    const deadline = performance.now() + PATIENCE_MS;
    const isDone = (): boolean => intervals.active.size === 0 && lines.length >= lineCount;
    while (!isDone() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return { lines, reports, unfinished: intervals.active.size };
  } finally {
    console.log = log;
    intervals.end();
    given.end();
    setErrorHandler(null);
    WebRTCPeerConnection.setDefaultExtension(null);
  }
}

/** `connection`, `channel`, `send` and `handle`, as docs/README.md tells: a connection that stands, to one that answers. */
function giveConnection(): { end(): void } {
  const [connection, other] = [new WebRTCPeerConnection(), new WebRTCPeerConnection()];
  const channels = [connection, other].map((one) => one.createDataChannel('given', { negotiated: true, id: 9 }));
  for (const [one, two] of [[connection, other] as const, [other, connection] as const]) {
    one.session_description_created.connect((type, sdp) => {
      one.setLocalDescription(type, sdp);
      two.setRemoteDescription(type, sdp);
    });
    one.ice_candidate_created.connect((media, index, name) => two.addIceCandidate(media, index, name));
  }
  connection.createOffer();
  while (!channels.every((channel) => channel?.getReadyState() === 1))
    for (const one of [connection, other]) one.poll();
  const echo = channels[1] as WebRTCDataChannel;
  echo.packet_received.connect(() => echo.putPacket(echo.getPacket()));
  Object.assign(globalThis, { connection, channel: channels[0], send: () => {}, handle: () => {} });
  return {
    end: () => {
      for (const one of [connection, other]) one.close();
      for (const name of ['connection', 'channel', 'send', 'handle']) Reflect.deleteProperty(globalThis, name);
    },
  };
}

/** Intervals that a program began and did not end. */
function watchIntervals(): { readonly active: Set<unknown>; end(): void } {
  const { setInterval, clearInterval } = globalThis;
  const active = new Set<unknown>();
  globalThis.setInterval = ((...args: Parameters<typeof setInterval>) => {
    const interval = setInterval(...args);
    active.add(interval);
    return interval;
  }) as typeof setInterval;
  globalThis.clearInterval = ((interval: Parameters<typeof clearInterval>[0]) => {
    active.delete(interval);
    clearInterval(interval);
  }) as typeof clearInterval;
  return {
    active,
    end: () => {
      for (const interval of active) clearInterval(interval as Parameters<typeof clearInterval>[0]);
      Object.assign(globalThis, { setInterval, clearInterval });
    },
  };
}
