import {
  Err,
  type Handle,
  INVALID_HANDLE,
  PeerConnectionBindings,
  type RtcConnectionCallbacks,
  type RtcConnectionConfig,
} from 'scenewire';
import { LoopbackNetwork, ManualClock } from 'scenewire/testing';

export const CONFIG: RtcConnectionConfig = { version: 1, iceServers: [] };
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The context of one connection: what its callbacks were given, and what happens in them. */
export class Context {
  readonly events: string[] = [];
  readonly channels: Handle[] = [];
  during: (event: string) => void = () => {};

  note(event: string): void {
    this.events.push(event);
    this.during(event);
  }
}

export function callbacks(context: Context): RtcConnectionCallbacks<Context> {
  return {
    version: 1,
    context,
    onError: (message, c) => c.note(`error ${message}`),
    onConnected: (c) => c.note('connected'),
    onDisconnected: (c) => c.note('disconnected'),
    onDataChannelReceived: (channel, c) => {
      c.channels.push(channel);
      c.note('channel');
    },
    onLocalDescriptionCreated: (type, _sdp, c) => c.note(`description ${type}`),
    onLocalIceCandidateFound: (_candidate, c) => c.note('candidate'),
    onIceGatheringCompleted: (c) => c.note('gathered'),
    onStateChanged: (states, c) => c.note(`states ${Object.values(states).join()}`),
  };
}

export function channelCallbacks(events: string[], name = '') {
  return {
    version: 1 as const,
    context: events,
    onOpened: (to: string[]) => void to.push(`${name}opened`),
    onClosed: (to: string[]) => void to.push(`${name}closed`),
    onError: (message: string, to: string[]) => void to.push(`${name}error ${message}`),
    onMessage: (data: Uint8Array, isText: boolean, to: string[]) =>
      void to.push(`${name}${isText ? 'text' : 'data'} ${new TextDecoder().decode(data)}`),
  };
}

/** Two connections joined through their callbacks alone. */
export class Room {
  readonly network = new LoopbackNetwork({ clock: new ManualClock() });
  readonly bindings = new PeerConnectionBindings(this.network.Extension);
  readonly a = new Context();
  readonly b = new Context();
  readonly [0]: Handle;
  readonly [1]: Handle;

  constructor() {
    this[0] = this.make(this.a, () => this[1]);
    this[1] = this.make(this.b, () => this[0]);
  }

  private make(context: Context, other: () => Handle): Handle {
    const { bindings } = this;
    let own: Handle = INVALID_HANDLE;
    const { error, handle } = bindings.connectionCreate(CONFIG, {
      ...callbacks(context),
      onLocalDescriptionCreated: (type, sdp, c) => {
        c.note(`description ${type}`);
        bindings.connectionSetLocalDescription(own, type, sdp);
        bindings.connectionSetRemoteDescription(other(), type, sdp);
      },
      onLocalIceCandidateFound: (candidate, c) => {
        c.note('candidate');
        bindings.connectionAddRemoteIceCandidate(other(), candidate);
      },
    });
    if (error !== Err.OK) throw new Error(`The connection was not made: ${error}`);
    own = handle;
    return handle;
  }

  frames(count = 10): void {
    for (let i = 0; i < count; i += 1) for (const n of [0, 1] as const) this.bindings.connectionProcessEvents(this[n]);
  }

  /** Connects with one channel of the first; returns its handles at both ends. */
  connect(): readonly [Handle, Handle] {
    const { handle } = this.bindings.dataChannelCreate(this[0], 'héllo✓');
    this.bindings.connectionCreateOffer(this[0]);
    this.frames();
    const [other] = this.b.channels;
    if (other === undefined) throw new Error('The channel did not arrive');
    return [handle, other];
  }
}
