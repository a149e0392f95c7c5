import type * as Scenewire from 'scenewire';
import type { Checker } from './checks.js';
import type { Dice } from './dice.js';
import { SAMPLE_CANDIDATES, SAMPLE_OFFERS } from './samples.js';

type Connection = Scenewire.WebRTCPeerConnection;
type Channel = Scenewire.WebRTCDataChannel;

/** Where the cases of one target run. */
export interface FuzzWorld {
  readonly sw: typeof Scenewire;
  /** The back end; the default one when left out. */
  readonly extension?: Scenewire.ExtensionClass;
  /** Part of every configuration. */
  readonly configuration: Scenewire.RtcConfiguration;
  /** Lets happen what the platform has to say, or time go on. */
  turn(): Promise<void>;
  /** Told of every connection that a case makes. */
  onMade?(connection: object): void;
}

export interface Candidate {
  media: string;
  index: number;
  name: string;
}

/** One connection of a case with all it made. */
export class Side {
  readonly name: string;
  readonly connection: Connection;
  readonly descriptions: { type: 'offer' | 'answer'; sdp: string }[] = [];
  readonly candidates: Candidate[] = [];
  readonly channels: Channel[] = [];
  /** How much of it the other side has been told. */
  toldDescriptions = 0;
  toldCandidates = 0;

  constructor(name: string, world: FuzzWorld) {
    const { sw, extension, configuration } = world;
    this.name = name;
    this.connection = new sw.WebRTCPeerConnection(extension ? { extension, configuration } : { configuration });
    world.onMade?.(this.connection);
    this.connection.session_description_created.connect((type, sdp) => this.descriptions.push({ type, sdp }));
    this.connection.ice_candidate_created.connect((media, index, name) => this.candidates.push({ media, index, name }));
    this.connection.data_channel_received.connect((channel) => this.channels.push(channel));
  }

  /** Some text this side made, or one that another program would have made. */
  anyDescription(dice: Dice): string {
    const own = this.descriptions.length > 0 && dice.chance(0.8);
    return own ? dice.pick(this.descriptions).sdp : dice.pick(SAMPLE_OFFERS);
  }

  anyCandidate(dice: Dice): Candidate {
    const own = this.candidates.length > 0 && dice.chance(0.6);
    return own ? dice.pick(this.candidates) : { media: '0', index: 0, name: dice.pick(SAMPLE_CANDIDATES) };
  }

  /** Tells the other side what it has not been told yet, the way a game would. */
  tell(other: Side, check: Checker): void {
    for (; this.toldDescriptions < this.descriptions.length; this.toldDescriptions += 1) {
      const { type, sdp } = this.descriptions[this.toldDescriptions] as { type: 'offer' | 'answer'; sdp: string };
      check.code('setLocalDescription', () => this.connection.setLocalDescription(type, sdp));
      check.code('setRemoteDescription', () => other.connection.setRemoteDescription(type, sdp));
    }
    for (; this.toldCandidates < this.candidates.length; this.toldCandidates += 1) {
      const { media, index, name } = this.candidates[this.toldCandidates] as Candidate;
      check.code('addIceCandidate', () => other.connection.addIceCandidate(media, index, name));
    }
  }
}
