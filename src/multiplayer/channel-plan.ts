import type { WebRTCDataChannel } from '../extension/webrtc-data-channel.js';
import type { WebRTCPeerConnection } from '../extension/webrtc-peer-connection.js';
import type { DataChannelOptions } from '../extension/webrtc-types.js';
import { isTransferMode, TransferMode } from './multiplayer-types.js';

const { TRANSFER_MODE_RELIABLE, TRANSFER_MODE_UNRELIABLE_ORDERED, TRANSFER_MODE_UNRELIABLE } = TransferMode;

/** Channel 0 has one lane for each mode, in the order in which they are read. */
const BUILT_IN = [TRANSFER_MODE_RELIABLE, TRANSFER_MODE_UNRELIABLE_ORDERED, TRANSFER_MODE_UNRELIABLE] as const;
const LABELS = ['reliable', 'ordered', 'unreliable'] as const;

/** Milliseconds that a packet of a configured unreliable channel is worth sending. Godot's. */
const CONFIGURED_LIFETIME = 1;

/** A data channel as `createDataChannel` wants it. */
interface PlannedChannel {
  readonly label: string;
  readonly options: DataChannelOptions;
}

/**
 * Which data channels a peer has, and what each is for. A lane is the place of a data channel in that list: 0 reliable,
 * 1 ordered and 2 unreliable make up channel 0; lane k + 2 is channel k of the configuration. Lanes are read from the
 * lowest up. Both ends need the same plan, since the channels are negotiated by number: lane + 1 is the id.
 */
export class ChannelPlan {
  /** What a packet on a lane is reported as. */
  readonly modes: readonly TransferMode[];

  constructor(configured: readonly TransferMode[] = []) {
    this.modes = [...BUILT_IN, ...configured];
  }

  /** Lanes of one peer. */
  get size(): number {
    return this.modes.length;
  }

  /** The lane a packet is sent on, which may be one that is not there. On a configured channel its own mode rules. */
  laneOf(channel: number, mode: TransferMode): number {
    return channel === 0 ? TRANSFER_MODE_RELIABLE - mode : channel + BUILT_IN.length - 1;
  }

  channelOf(lane: number): number {
    return lane < BUILT_IN.length ? 0 : lane - BUILT_IN.length + 1;
  }

  modeOf(lane: number): TransferMode {
    return this.modes[lane] ?? TRANSFER_MODE_RELIABLE;
  }

  /** Creates the data channels of one peer, in the order of their lanes. Null when that failed; then none is left. */
  open(connection: WebRTCPeerConnection, unreliableLifetime: number): WebRTCDataChannel[] | null {
    const channels: WebRTCDataChannel[] = [];
    for (const { label, options } of this.#channelsWith(unreliableLifetime)) {
      const channel = connection.createDataChannel(label, options);
      if (channel === null) {
        for (const made of channels) made.close();
        return null;
      }
      channels.push(channel);
    }
    return channels;
  }

  #channelsWith(unreliableLifetime: number): PlannedChannel[] {
    return this.modes.map((mode, lane) => {
      const builtIn = lane < BUILT_IN.length;
      return {
        label: LABELS[lane] ?? String(lane + 1),
        options: {
          negotiated: true,
          id: lane + 1,
          ordered: mode !== TRANSFER_MODE_UNRELIABLE,
          // Godot misspells this option, so its packets are repeated until they arrive. Each side's option rules its own
          // sending only, hence a Godot peer at the other end does not mind. A lifetime rather than `maxRetransmits: 0`,
          // which measures worse: after a loss, packets wait in the sender for seconds.
          ...(mode !== TRANSFER_MODE_RELIABLE && {
            maxPacketLifeTime: builtIn ? unreliableLifetime : CONFIGURED_LIFETIME,
          }),
        },
      };
    });
  }
}

export function isChannelsConfig(value: unknown): value is readonly TransferMode[] {
  return Array.isArray(value) && value.every(isTransferMode);
}
