import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import type { SceneMultiplayer } from '../../multiplayer/scene/scene-multiplayer.js';
import { innermost } from '../packets/packet-content.js';
import { type DecodedPacket, PacketDecoder } from '../packets/packet-decoder.js';
import type { PacketRecord } from '../packets/packet-record.js';
import { type PacketRecording, recordPackets } from '../packets/packet-recording.js';
import { tapPackets } from '../packets/packet-tap.js';
import { showContent } from '../packets/show-content.js';
import { showPeer } from '../packets/show-packet.js';
import { button, make, Rows, setText, table } from './elements.js';
import { showBytes } from './figure-text.js';
import type { Job, View } from './view.js';

/** Packets that wait to be looked at: of a flood the newest are shown. */
const MOST_WAITING = 256;
const MOST_ROWS = 100;
const ROWS_PER_FRAME = 10;

type Inspected = Pick<SceneMultiplayer, 'multiplayerPeer' | 'names'>;

/** What passes by, read, the newest first. Packets are copied only while somebody looks. */
export class PacketsView implements View {
  readonly title = 'Packets';
  readonly element: HTMLElement;
  readonly #multiplayer: Inspected;
  readonly #rows = new Rows(['number', 'who', 'number', 'said']);
  readonly #filter = make('input', 'filter');
  readonly #pause: HTMLButtonElement;
  readonly #record: HTMLButtonElement;
  readonly #empty = make('p', 'empty');
  #waiting: PacketRecord[] = [];
  #shown: DecodedPacket[] = [];
  #decoder: PacketDecoder | null = null;
  #peer: MultiplayerPeer | null = null;
  #untap: (() => void) | null = null;
  #recording: PacketRecording | null = null;
  #isPaused = false;
  #beganMs = performance.now();

  constructor(multiplayer: Inspected) {
    this.#multiplayer = multiplayer;
    this.#filter.type = 'search';
    this.#filter.placeholder = 'Filter: player, call, ← 7 …';
    this.#filter.setAttribute('aria-label', 'Show packets that contain this text');
    this.#pause = button('Pause', 'Pause the list of packets', () => this.#togglePause());
    this.#record = button('Record', 'Record packets into a file', () => this.#toggleRecording());
    const controls = make('div', 'controls', this.#filter, this.#pause, this.#record);
    const packets = table(
      [
        ['Time', 'number'],
        ['Peer', 'who'],
        ['Size', 'number'],
        ['Says', 'said'],
      ],
      this.#rows,
    );
    packets.className = 'packets';
    this.element = make('div', '', controls, packets, this.#empty);
  }

  setShown(isShown: boolean): void {
    if (isShown) this.#listen();
    else this.#deafen();
  }

  note(): void {
    if (this.#untap !== null && this.#multiplayer.multiplayerPeer !== this.#peer) this.#listen();
  }

  *jobs(): Iterable<Job> {
    if (this.#isPaused) return;
    while (this.#waiting.length > 0) yield () => this.#read();
    for (let from = 0; from < MOST_ROWS; from += ROWS_PER_FRAME) yield () => this.#draw(from);
  }

  close(): void {
    this.#deafen();
    this.#recording?.stop();
    this.#recording = null;
  }

  #listen(): void {
    this.#deafen();
    const peer = this.#multiplayer.multiplayerPeer;
    if (peer === null) return;
    this.#peer = peer;
    this.#beganMs = performance.now();
    this.#untap = tapPackets(peer, (isOutgoing, id, bytes, mode, channel) => {
      if (this.#isPaused) return;
      if (this.#waiting.length >= MOST_WAITING) this.#waiting.shift();
      const timeMs = performance.now() - this.#beganMs;
      this.#waiting.push({ timeMs, isOutgoing, peer: id, mode, channel, bytes: bytes.slice(), size: bytes.length });
    });
  }

  #deafen(): void {
    this.#untap?.();
    this.#untap = null;
    this.#peer = null;
    this.#decoder = null;
    this.#waiting = [];
    this.#shown = [];
  }

  /** Some of what waits. */
  #read(): void {
    const peer = this.#peer;
    if (peer === null) return;
    this.#decoder ??= new PacketDecoder(peer.getUniqueId(), this.#multiplayer.names);
    for (const record of this.#waiting.splice(0, ROWS_PER_FRAME)) this.#shown.push(this.#decoder.decode(record));
    this.#shown.splice(0, Math.max(0, this.#shown.length - MOST_WAITING));
  }

  #draw(from: number): void {
    const wanted = this.#filter.value.toLowerCase();
    const found: (readonly [DecodedPacket, string])[] = [];
    for (let i = this.#shown.length - 1; i >= 0 && found.length < from + ROWS_PER_FRAME; i -= 1) {
      const packet = this.#shown[i] as DecodedPacket;
      const text = showContent(packet.content);
      if (wanted === '' || `${showPeer(packet)} ${text}`.toLowerCase().includes(wanted)) found.push([packet, text]);
    }
    const rows = found.slice(from);
    for (const [i, [packet, text]] of rows.entries()) this.#drawRow(from + i, packet, text);
    if (rows.length < ROWS_PER_FRAME) this.#rows.hideFrom(from + rows.length);
    if (from === 0) setText(this.#empty, found.length > 0 ? '' : 'No packets yet.');
  }

  #drawRow(at: number, packet: DecodedPacket, text: string): void {
    const { timeMs, size, content } = packet;
    const row = this.#rows.set(at, [(timeMs / 1000).toFixed(2), showPeer(packet), showBytes(size), text]);
    row.className = innermost(content).kind === 'malformed' ? 'bad' : packet.isOutgoing ? 'out' : 'in';
    row.title = text;
  }

  #togglePause(): void {
    this.#isPaused = !this.#isPaused;
    this.#pause.setAttribute('aria-pressed', String(this.#isPaused));
    setText(this.#pause, this.#isPaused ? 'Go on' : 'Pause');
  }

  #toggleRecording(): void {
    const recording = this.#recording;
    const peer = this.#multiplayer.multiplayerPeer;
    if (recording !== null) {
      recording.stop();
      save(recording);
      this.#recording = null;
    } else if (peer !== null) {
      this.#recording = recordPackets(peer, { multiplayer: this.#multiplayer });
    }
    this.#record.setAttribute('aria-pressed', String(this.#recording !== null));
    setText(this.#record, this.#recording === null ? 'Record' : 'Save');
  }
}

/** As a file of the user's. */
function save(recording: PacketRecording): void {
  const address = URL.createObjectURL(new Blob([recording.toText()], { type: 'application/jsonl' }));
  const link = make('a');
  link.href = address;
  link.download = `scenewire-${recording.self}-${recording.began.toISOString().replace(/[:.]/g, '-')}.packets`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
