import { TransferMode, WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import {
  MediaForwarder,
  type MediaForwarderOptions,
  PeerMedia,
  TrackType,
  type WebRTCMediaTrack,
} from 'scenewire/media';
import { analysedPeak, microphone, recordedPeak, toneOf } from '../../support/page-sound.js';
import { PaintedCanvas, Picture, type PictureStats, type Seen, sumPictureStats } from './page-pictures.js';

/** What goes to another member by hand, until the game stands. */
export type Letter = { from: number; to: number } & (
  | { type: 'offer' | 'answer'; sdp: string }
  | { type: 'candidate'; media: string; index: number; name: string }
);

const FRAME_MS = 8;

/** A member of a game in a page: it polls by itself, says a tone and tells which ones it hears. */
class MediaPage {
  peer = new WebRTCMultiplayerPeer();
  media: PeerMedia | null = null;
  readonly errors: string[] = [];
  readonly events: string[] = [];
  /** Numbers that came reliably, from each peer; and how many came unreliably. */
  readonly received = new Map<number, number[]>();
  unreliable = 0;
  lost = 0;
  readonly #outbox: Letter[] = [];
  readonly #connections = new Map<number, WebRTCPeerConnection>();
  forwarder: MediaForwarder | null = null;
  /** Who does not get the pictures. */
  readonly withheld = new Set<number>();
  /** Of sound, and of pictures, by the peer they are of. */
  readonly #tracks = new Map<number, WebRTCMediaTrack>();
  readonly #pictures = new Map<number, Picture>();
  #canvas: PaintedCanvas | null = null;
  #id = 0;
  #context: Promise<AudioContext | null> | null = null;
  #own: MediaStreamTrack | null = null;

  begin(role: 'client' | 'mesh' | 'server', id: number): void {
    this.#id = id;
    if (role === 'server') this.peer.createServer();
    else if (role === 'client') this.peer.createClient(id);
    else this.peer.createMesh(id);
    this.peer.peer_disconnected.connect((peer) => {
      this.lost += 1;
      this.events.push(`lost ${peer}`);
    });
    setInterval(() => this.#frame(), FRAME_MS);
  }

  add(id: number, offers: boolean): void {
    const connection = new WebRTCPeerConnection();
    const head = { from: this.#id, to: id };
    connection.session_description_created.connect((type, sdp) => {
      connection.setLocalDescription(type, sdp);
      this.#outbox.push({ ...head, type, sdp });
    });
    connection.ice_candidate_created.connect((media, index, name) => {
      this.#outbox.push({ ...head, type: 'candidate', media, index, name });
    });
    connection.error_occurred.connect((message) => this.errors.push(message));
    this.peer.addPeer(connection, id);
    this.#connections.set(id, connection);
    if (offers) connection.createOffer();
  }

  /** Letters that came, for letters that are to go. */
  exchange(inbox: readonly Letter[]): Letter[] {
    for (const letter of inbox) {
      const connection = this.#connections.get(letter.from);
      if (letter.type === 'candidate') connection?.addIceCandidate(letter.media, letter.index, letter.name);
      else connection?.setRemoteDescription(letter.type, letter.sdp);
    }
    return this.#outbox.splice(0);
  }

  openMedia(): void {
    this.media = new PeerMedia(this.peer);
    this.media.track_added.connect((id, streams, track) => {
      this.events.push(`+${id} ${streams.map((stream) => stream.id)}`);
      if (track.kind === TrackType.TRACK_AUDIO) this.#tracks.set(id, track);
      else this.#pictures.set(id, new Picture(track.source));
    });
    this.media.track_removed.connect((id, _streams, track) => {
      this.events.push(`-${id}`);
      if (this.#tracks.get(id) === track) this.#tracks.delete(id);
      const picture = this.#pictures.get(id);
      if (picture?.track !== track.source) return;
      picture.dispose();
      this.#pictures.delete(id);
    });
  }

  /** Passes on what others send. */
  forward(options: MediaForwarderOptions = {}): void {
    this.forwarder = new MediaForwarder(this.peer, options);
  }

  /** Pictures: a colour on each side of a bar that moves. */
  show(left: string, right: string): void {
    this.#canvas = new PaintedCanvas(left, right);
    this.media?.addLocalTrack(this.#canvas.track, { to: (id) => !this.withheld.has(id) });
  }

  hide(): void {
    if (this.#canvas !== null) this.media?.removeLocalTrack(this.#canvas.track);
    this.#canvas?.stop();
    this.#canvas = null;
  }

  /** The colours at both sides of what a peer shows, and how many pictures came so far; null while there are none. */
  see(id: number): Seen | null {
    return this.#pictures.get(id)?.see() ?? null;
  }

  /** What the browser tells of its pictures, of all connections together. */
  async pictureStats(): Promise<PictureStats> {
    const reports = [...this.#connections.values()].map(async (connection) => (await connection.getStats()).raw);
    return sumPictureStats((await Promise.all(reports)) as RTCStatsReport[]);
  }

  /** All that is known of the pictures here, for a test that waits for some. */
  async tellPictures(): Promise<unknown> {
    const pictures = [...this.#pictures].map(([id, picture]) => ({ id, ...picture.tell() }));
    return { pictures, stats: await this.pictureStats(), events: this.events, errors: this.errors };
  }

  /** A tone of the page's own; `hertz` 0 is what the microphone says. */
  async say(hertz: number): Promise<void> {
    this.#own = hertz === 0 ? await microphone() : await this.#tone(hertz);
    this.media?.addLocalTrack(this.#own);
  }

  hush(): void {
    if (this.#own !== null) this.media?.removeLocalTrack(this.#own);
    this.#own = null;
  }

  /** The loudest frequency in what a peer sends; 0 for silence. */
  async hear(id: number): Promise<number> {
    const track = this.#tracks.get(id);
    if (track === undefined) return 0;
    const context = await this.#running();
    return context === null ? recordedPeak(track.source) : analysedPeak(context, track.source);
  }

  /** Adds and removes the tone over and over while packets flow; resolves when all of it was agreed on. */
  async flicker(times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) {
      await this.say(500);
      await this.#settled();
      this.hush();
      await this.#settled();
    }
  }

  /** Packets with a number, reliable and unreliable, at this rate. */
  flow(perSecond: number): void {
    let number = 0;
    setInterval(() => {
      number += 1;
      for (const mode of [TransferMode.TRANSFER_MODE_RELIABLE, TransferMode.TRANSFER_MODE_UNRELIABLE]) {
        this.peer.transferMode = mode;
        this.peer.setTargetPeer(0);
        this.peer.putPacket(Uint8Array.of(mode, number & 0xff, number >> 8));
      }
    }, 1000 / perSecond);
  }

  isConnected(id: number): boolean {
    return this.peer.getPeers().get(id)?.connected === true;
  }

  async #settled(): Promise<void> {
    const isQuiet = (): boolean =>
      [...this.#connections.values()].every((connection) => {
        const [, ...sections] = (connection.getLocalDescription()?.sdp ?? '').split(/^m=/m);
        const sends = sections.some((section) => section.startsWith('audio') && /^a=send(?:recv|only)/m.test(section));
        return connection.getSignalingState() === 0 && sends === (this.#own !== null);
      });
    while (!isQuiet()) await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
  }

  #frame(): void {
    const { peer } = this;
    peer.poll();
    while (peer.getAvailablePacketCount() > 0) {
      const from = peer.getPacketPeer();
      const [mode = 0, low = 0, high = 0] = peer.getPacket();
      if (mode !== TransferMode.TRANSFER_MODE_RELIABLE) this.unreliable += 1;
      else this.received.set(from, [...(this.received.get(from) ?? []), low + (high << 8)]);
    }
    peer.flush();
  }

  async #tone(hertz: number): Promise<MediaStreamTrack> {
    const context = (await this.#running()) ?? new AudioContext();
    return toneOf(context, hertz);
  }

  #running(): Promise<AudioContext | null> {
    this.#context ??= running();
    return this.#context;
  }
}

/** Null where nothing can be played: Firefox on a machine without sound. */
async function running(): Promise<AudioContext | null> {
  const context = new AudioContext();
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 1500))]);
  return context.state === 'running' ? context : null;
}

declare global {
  var member: MediaPage;
}

globalThis.member = new MediaPage();

export type { MediaPage };
