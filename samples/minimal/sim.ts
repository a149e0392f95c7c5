import {
  ConnectionState,
  type RtcConfiguration,
  SignalingState,
  WebRTCDataChannel,
  WebRTCPeerConnection,
} from 'scenewire';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What one side shows about itself. */
export interface PeerStatus {
  readonly connection: string;
  readonly signaling: string;
  readonly canSend: boolean;
}

/** One of the two peers: a connection, its channel, and the lines that arrived. */
export class Peer {
  readonly name: string;
  readonly connection: WebRTCPeerConnection;
  readonly channel: WebRTCDataChannel;
  readonly received: string[] = [];

  constructor(name: string, configuration: RtcConfiguration) {
    this.name = name;
    this.connection = new WebRTCPeerConnection({ configuration });
    const channel = this.connection.createDataChannel('chat', { negotiated: true, id: 1 });
    if (channel === null) throw new Error('There is no WebRTC here: the console tells why');
    this.channel = channel;
  }

  get status(): PeerStatus {
    return {
      connection: nameOf(ConnectionState, this.connection.getConnectionState()),
      signaling: nameOf(SignalingState, this.connection.getSignalingState()),
      canSend: this.channel.getReadyState() === WebRTCDataChannel.STATE_OPEN,
    };
  }

  say(text: string): void {
    this.channel.putPacket(encoder.encode(text));
  }

  /** One frame: signals and packets come here and nowhere else. */
  process(): void {
    this.connection.poll();
    while (this.channel.getAvailablePacketCount() > 0) {
      this.received.push(decoder.decode(this.channel.getPacket()));
    }
  }
}

/** Godot's minimal WebRTC example: two connections joined by their own signals. It knows no page and no timer. */
export class MinimalExample {
  // Create the two peers, and a negotiated channel for each.
  readonly p1: Peer;
  readonly p2: Peer;

  constructor(configuration: RtcConfiguration = {}) {
    this.p1 = new Peer('P1', configuration);
    this.p2 = new Peer('P2', configuration);
  }

  /** Godot: _ready() */
  ready(): void {
    this.#join(this.p1, this.p2);
    this.#join(this.p2, this.p1);
    // Each says hello as soon as its channel can send.
    this.p1.channel.opened.connect(() => this.p1.say('Hi from P1'));
    this.p2.channel.opened.connect(() => this.p2.say('Hi from P2'));
    // Let P1 create the offer.
    this.p1.connection.createOffer();
  }

  /** Godot: _process() */
  process(): void {
    this.p1.process();
    this.p2.process();
  }

  get isDone(): boolean {
    return this.p1.received.length > 0 && this.p2.received.length > 0;
  }

  close(): void {
    this.p1.connection.close();
    this.p2.connection.close();
  }

  /** What a signalling server does between two machines. */
  #join({ connection: from }: Peer, { connection: to }: Peer): void {
    // The description goes to the connection itself...
    from.session_description_created.connect((type, sdp) => from.setLocalDescription(type, sdp));
    // ...and to the other one, and so do the candidates.
    from.session_description_created.connect((type, sdp) => to.setRemoteDescription(type, sdp));
    from.ice_candidate_created.connect((media, index, name) => to.addIceCandidate(media, index, name));
  }
}

/** The name of a state: 2 is STATE_CONNECTED. */
function nameOf(states: Readonly<Record<string, number>>, value: number): string {
  return Object.keys(states).find((name) => states[name] === value) ?? String(value);
}
