import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type IdentityProvider, type RtcConfiguration, WebRTCDataChannel, WebRTCPeerConnection } from 'scenewire';
import { readCandidate, writeCandidate } from '../../../../src/lobby/protocol/candidate.js';
import { MessageType } from '../../../../src/lobby/protocol/message-type.js';
import { RawWebSocket } from '../../../lobby/server/support/ws-package.js';
import { type ServerSocket, WebSocketServer } from '../../../lobby/support/ws-server.js';

/** What the one in the middle does about the line that says who somebody is. */
export type Lie =
  /** Passes it on as it is, in a description of his own. */
  | 'forwards'
  /** Leaves it out. */
  | 'strips'
  /** Puts in one of his own. */
  | 'signs';

export interface Message {
  readonly type: number;
  readonly id: number;
  readonly data: string;
  readonly attempt?: number;
}

const LINE = /^a=identity:.*\r\n/m;
const LOCAL = { libdatachannel: { bindAddress: '127.0.0.1' } };
const LANES = [
  { label: 'reliable', options: { negotiated: true, id: 1 } },
  { label: 'ordered', options: { negotiated: true, id: 2, maxPacketLifeTime: 1 } },
  { label: 'unreliable', options: { negotiated: true, id: 3, ordered: false, maxPacketLifeTime: 1 } },
];

/** One end of the one in the middle: a real connection to a player who takes it for another player. */
class End {
  readonly connection: WebRTCPeerConnection;
  readonly channels: WebRTCDataChannel[];
  readonly #unsent: Uint8Array[][] = LANES.map(() => []);
  /** What is done with the line that came with the answer to it. */
  onAnswer: (line: string) => void = () => {};

  constructor(configuration: RtcConfiguration, provider: IdentityProvider | null) {
    this.connection = new WebRTCPeerConnection({ configuration });
    if (provider !== null) this.connection.setIdentityProvider(provider);
    this.channels = LANES.map(({ label, options }) => this.connection.createDataChannel(label, options)!);
    // What they announce to each other they get from each other.
    this.connection.announceFeature('link');
  }

  /** Everything that has come goes on to the other player, read by the way. */
  pump(other: End, overheard: string[]): void {
    this.connection.poll();
    this.channels.forEach((channel, lane) => {
      while (channel.getAvailablePacketCount() > 0) {
        const packet = channel.getPacket();
        overheard.push(new TextDecoder().decode(packet));
        other.#unsent[lane]!.push(packet);
      }
    });
    this.channels.forEach((channel, lane) => {
      if (channel.getReadyState() !== WebRTCDataChannel.STATE_OPEN) return;
      for (const packet of this.#unsent[lane]!.splice(0)) channel.putPacket(packet);
    });
  }
}

/**
 * A lobby that is run by somebody else: it passes everything on between players and an honest lobby, but for what connects
 * them. There it sits in between, with a connection of its own to each of the two.
 */
export class LyingLobby {
  /** What the players said to each other, as it was read on the way. */
  readonly overheard: string[] = [];
  lie: Lie = 'forwards';
  /** Who vouches for him, towards the one who is told that he is this other one. */
  provider: ((meeting: { self: number; peer: number }) => IdentityProvider) | null = null;
  /** Honest from now on. */
  honest = false;
  /** Called with each description that goes to a player; gives what goes instead, or null for nothing. */
  edits: ((message: Message) => Message | null) | null = null;
  readonly configuration: RtcConfiguration;
  readonly #server: Server;
  readonly #behind: string;
  readonly #sockets = new Map<number, ServerSocket>();
  readonly #ends = new Map<string, End>();
  readonly #pairs: [End, End][] = [];
  readonly #early = new Map<string, Message[]>();
  readonly #frames = setInterval(() => this.#pump(), 5);

  private constructor(server: Server, behind: string, configuration: RtcConfiguration) {
    this.#server = server;
    this.#behind = behind;
    this.configuration = configuration;
  }

  static async before(behind: string, configuration: RtcConfiguration = LOCAL): Promise<LyingLobby> {
    const server = createServer();
    const lobby = new LyingLobby(server, behind, configuration);
    new WebSocketServer({ server, maxPayload: 1 << 20 }).on('connection', (socket) => lobby.#accept(socket));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return lobby;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    clearInterval(this.#frames);
    for (const end of this.#ends.values()) end.connection.close();
    for (const socket of this.#sockets.values()) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #accept(socket: ServerSocket): void {
    const upstream = new RawWebSocket(this.#behind);
    const waiting: string[] = [];
    let self = 0;
    let isOpen = false;
    upstream.on('open', () => {
      isOpen = true;
      for (const text of waiting.splice(0)) upstream.send(text);
    });
    upstream.on('message', (data) => {
      const message = JSON.parse(data.toString()) as Message;
      if (message.type === MessageType.ID) {
        self = message.id;
        this.#sockets.set(self, socket);
      }
      this.#send(socket, message);
    });
    upstream.on('error', () => socket.terminate());
    upstream.on('close', () => socket.terminate());
    socket.on('close', () => upstream.terminate());
    socket.on('error', () => upstream.terminate());
    socket.on('message', (data) => {
      const text = data.toString();
      const message = JSON.parse(text) as Message;
      const connects = [MessageType.OFFER, MessageType.ANSWER, MessageType.CANDIDATE].some(
        (type) => type === message.type,
      );
      const isRefusal = message.type === MessageType.ANSWER && message.data === '';
      if (isRefusal && !this.honest) return;
      if (connects && !this.honest && message.data !== '') this.#comeBetween(self, message);
      else if (isOpen) upstream.send(text);
      else waiting.push(text);
    });
  }

  #send(socket: ServerSocket | undefined, message: Message): void {
    const isDescription = message.type === MessageType.OFFER || message.type === MessageType.ANSWER;
    const edited = isDescription && this.edits !== null ? this.edits(message) : message;
    if (edited !== null) socket?.send(JSON.stringify(edited));
  }

  /** Something that one player says to the other: `from` hears an answer, and `message.id` hears something else. */
  #comeBetween(from: number, message: Message): void {
    const { type, id: to, data, attempt = 0 } = message;
    const key = (a: number, b: number): string => `${a} ${b} ${attempt}`;
    if (type === MessageType.OFFER) this.#takeOffer(from, message);
    const end = this.#ends.get(key(from, to));
    if (end === undefined) {
      this.#early.set(key(from, to), [...(this.#early.get(key(from, to)) ?? []), message]);
      return;
    }
    if (type === MessageType.ANSWER) {
      end.connection.setRemoteDescription('answer', this.#heard(data));
      end.onAnswer(LINE.exec(data)?.[0] ?? '');
    }
    const candidate = type === MessageType.CANDIDATE ? readCandidate(data) : null;
    if (candidate !== null) end.connection.addIceCandidate(candidate.media, candidate.index, candidate.name);
  }

  #takeOffer(from: number, { id: to, data, attempt = 0 }: Message): void {
    const make = (self: number, peer: number): End =>
      new End(this.configuration, this.lie === 'signs' ? (this.provider?.({ self, peer }) ?? null) : null);
    // Towards each he passes for the other.
    const [near, far] = [make(to, from), make(from, to)];
    this.#ends.set(`${from} ${to} ${attempt}`, near);
    this.#ends.set(`${to} ${from} ${attempt}`, far);
    this.#pairs.push([near, far]);
    const forwards = this.lie === 'forwards';
    let answered = '';
    this.#speak(near, from, to, attempt, () => answered);
    this.#speak(far, to, from, attempt, () => (forwards ? (LINE.exec(data)?.[0] ?? '') : ''));
    far.connection.createOffer();
    // Whoever passes the line of an answer on has to wait for it.
    if (!forwards) near.connection.setRemoteDescription('offer', this.#heard(data));
    far.onAnswer = (line) => {
      answered = forwards ? line : '';
      if (forwards) near.connection.setRemoteDescription('offer', this.#heard(data));
    };
    for (const early of this.#early.get(`${from} ${to} ${attempt}`)?.splice(0) ?? []) this.#comeBetween(from, early);
  }

  /** Whoever signs himself answers what was asked. */
  #heard(sdp: string): string {
    return this.lie === 'signs' ? sdp : sdp.replace(LINE, '');
  }

  /** What this end says goes to one player, as if the other had said it. */
  #speak(end: End, to: number, as: number, attempt: number, line: () => string): void {
    const send = (type: number, data: string): void => {
      this.#send(this.#sockets.get(to), { type, id: as, data, ...(attempt > 0 && { attempt }) });
    };
    end.connection.session_description_created.connect((type, sdp) => {
      end.connection.setLocalDescription(type, sdp);
      send(type === 'offer' ? MessageType.OFFER : MessageType.ANSWER, sdp.replace(/^m=/m, `${line()}m=`));
    });
    end.connection.ice_candidate_created.connect((media, index, name) => {
      send(MessageType.CANDIDATE, writeCandidate({ media, index, name })!);
    });
  }

  #pump(): void {
    for (const [near, far] of this.#pairs) {
      near.pump(far, this.overheard);
      far.pump(near, this.overheard);
    }
  }
}
