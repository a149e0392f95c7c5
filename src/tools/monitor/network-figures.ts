import type { ConnectionEvent, ConnectionFigures } from './connection-log.js';
import type { PeerRoute } from './peer-route.js';

export interface ChannelFigures {
  readonly label: string;
  /** Packets that have come and that nobody has taken yet. */
  readonly unread: number;
  /** Bytes that wait in the data channel to be sent. */
  readonly bufferedBytes: number;
}

/** What is known of one peer. Between peers that are not both scenewire's, much is not: NaN. */
export interface PeerFigures {
  readonly id: number;
  readonly route: PeerRoute;
  /** Whether both ends speak the link, which measures. */
  readonly isLinked: boolean;
  readonly isUnresponsive: boolean;
  readonly isHidden: boolean;
  readonly rttMs: number;
  readonly jitterMs: number;
  /** Shares of unreliable messages, 0 to 1. */
  readonly lossIn: number;
  readonly lossOut: number;
  /** Bytes per second of the last two seconds: of the messages of a link, or else of the game's packets. */
  readonly sentPerSecond: number;
  readonly receivedPerSecond: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** The same on the wire, with all headers and acknowledgements: an estimate. NaN where there is none. */
  readonly wireSentPerSecond: number;
  readonly wireReceivedPerSecond: number;
  readonly wireSentBytes: number;
  readonly wireReceivedBytes: number;
  /** Reliable bytes that wait here, and bytes under way of those that may be. */
  readonly queuedBytes: number;
  readonly bytesUnderWay: number;
  readonly windowBytes: number;
  readonly channels: readonly ChannelFigures[];
  /** What was thrown away, by reason, where there was any. */
  readonly drops: readonly (readonly [reason: string, count: number])[];
}

export interface ObjectFigures {
  readonly path: string;
  /** The peer whose values count, or who may call; null when the node has gone. */
  readonly owner: number | null;
  /** Bytes per second of the last two seconds, to all peers together. */
  readonly sentPerSecond: number;
  readonly receivedPerSecond: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

export interface MethodFigures {
  /** The node and the method. */
  readonly name: string;
  readonly calls: number;
  readonly sentPerSecond: number;
  readonly receivedPerSecond: number;
}

/** The network at one moment. */
export interface NetworkFigures {
  readonly self: number;
  readonly isConnected: boolean;
  readonly peers: readonly PeerFigures[];
  /** The busiest first. */
  readonly objects: readonly ObjectFigures[];
  readonly methods: readonly MethodFigures[];
  /** All WebRTC connections, of peers in the game and of those on their way into it; and what became of them. */
  readonly connections: readonly ConnectionFigures[];
  readonly events: readonly ConnectionEvent[];
  readonly sentPerSecond: number;
  readonly receivedPerSecond: number;
}
