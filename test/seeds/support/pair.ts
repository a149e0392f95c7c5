import { type RtcConfiguration, type WebRTCDataChannel, WebRTCPeerConnection } from 'scenewire';
import { type LinkConditions, LoopbackNetwork, ManualClock } from 'scenewire/testing';

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A signal as it was emitted: its name and its arguments. */
export interface Emitted {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Everything a connection emits, in order. */
export function record(connection: WebRTCPeerConnection): Emitted[] {
  const emitted: Emitted[] = [];
  for (const name of connection.getSignalList()) {
    connection.connect(name as 'connected', (...args: readonly unknown[]) => void emitted.push({ name, args }));
  }
  return emitted;
}

/** Two connections on a loopback network, each the other's signalling. Nothing happens but in `frames()`. */
export class SeedPair {
  readonly clock = new ManualClock();
  readonly network: LoopbackNetwork;
  readonly a: WebRTCPeerConnection;
  readonly b: WebRTCPeerConnection;
  readonly ofA: Emitted[];
  readonly ofB: Emitted[];

  constructor(configuration: RtcConfiguration = {}, conditions: Partial<LinkConditions> = {}) {
    this.network = new LoopbackNetwork({ clock: this.clock, seed: 1, conditions });
    const extension = this.network.Extension;
    this.a = new WebRTCPeerConnection({ extension, configuration });
    this.b = new WebRTCPeerConnection({ extension, configuration });
    this.ofA = record(this.a);
    this.ofB = record(this.b);
    join(this.a, this.b);
    join(this.b, this.a);
  }

  frames(count = 10): void {
    for (let i = 0; i < count; i += 1) for (const connection of [this.a, this.b]) connection.poll();
  }

  /** Connects with one in-band channel of `a`; gives its two ends. */
  connect(label = 'game'): readonly [WebRTCDataChannel, WebRTCDataChannel] {
    const mine = this.a.createDataChannel(label);
    this.a.createOffer();
    this.frames();
    const theirs = this.b.getDataChannels()[0];
    if (mine === null || theirs === undefined) throw new Error('The channel did not arrive');
    return [mine, theirs];
  }
}

/** The three steps that Godot's manual names: descriptions there, candidates there, nothing changed on the way. */
function join(from: WebRTCPeerConnection, to: WebRTCPeerConnection): void {
  from.session_description_created.connect((type, sdp) => {
    from.setLocalDescription(type, sdp);
    to.setRemoteDescription(type, sdp);
  });
  from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
}

export const namesOf = (emitted: readonly Emitted[]): string[] => emitted.map(({ name }) => name);
export const argsOf = (emitted: readonly Emitted[], wanted: string): (readonly unknown[])[] =>
  emitted.filter(({ name }) => name === wanted).map(({ args }) => args);
