import type { Clock } from '../../core/clock.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import type { SceneMultiplayer } from '../../multiplayer/scene/scene-multiplayer.js';
import { innermost } from '../packets/packet-content.js';
import { PacketDecoder } from '../packets/packet-decoder.js';
import { type PacketRecording, recordPackets } from '../packets/packet-recording.js';
import { tapPackets } from '../packets/packet-tap.js';
import { button, make, Rows, saveText, setText } from './elements.js';
import { showBytes } from './figure-text.js';
import { PacketLine, RecentPackets } from './recent-packets.js';
import type { Job, View } from './view.js';

const MOST_ROWS = 40;
const ROWS_PER_FRAME = 2;

type Inspected = Pick<SceneMultiplayer, 'multiplayerPeer' | 'names'>;

/** What passes by, read, the newest first. Packets are copied only while somebody looks, and read when they are shown. */
export class PacketsView implements View {
  readonly title = 'Packets';
  readonly element: HTMLElement;
  readonly #multiplayer: Inspected;
  readonly #clock: Clock;
  readonly #rows = new Rows('Packets', [
    ['Time', 'number'],
    ['Peer', 'who'],
    ['Size', 'number'],
    ['Says', 'said'],
  ]);
  readonly #filter = make('input', 'filter');
  readonly #pause: HTMLButtonElement;
  readonly #record: HTMLButtonElement;
  readonly #details = make('p', 'details');
  readonly #empty = make('p', 'empty');
  readonly #recent = new RecentPackets();
  /** What each row shows now, and what this turn of drawing shows. */
  readonly #inRows: PacketLine[] = [];
  #lines: readonly PacketLine[] = [];
  #decoder: PacketDecoder | null = null;
  #peer: MultiplayerPeer | null = null;
  #untap: (() => void) | null = null;
  #recording: PacketRecording | null = null;
  #isPaused = false;
  #beganMs = 0;

  constructor(multiplayer: Inspected, clock: Clock) {
    this.#multiplayer = multiplayer;
    this.#clock = clock;
    this.#filter.type = 'search';
    this.#filter.placeholder = 'Filter: player, call, ← 7 …';
    this.#filter.setAttribute('aria-label', 'Show packets that contain this text');
    this.#pause = button('Pause', 'Pause the list of packets', () => this.#togglePause());
    this.#record = button('Record', 'Record packets into a file', () => this.#toggleRecording());
    this.#rows.element.classList.add('packets');
    this.#rows.element.addEventListener('click', ({ target }) => this.#open(this.#rows.indexOf(target)));
    this.#details.hidden = true;
    const controls = make('div', 'controls', this.#filter, this.#pause, this.#record);
    this.element = make('div', '', controls, this.#details, this.#rows.element, this.#empty);
  }

  setShown(isShown: boolean): void {
    if (isShown && this.#untap === null) this.#listen();
    else if (!isShown) this.#deafen();
  }

  note(): void {
    if (this.#untap !== null && this.#multiplayer.multiplayerPeer !== this.#peer) this.#listen();
  }

  *jobs(): Iterable<Job> {
    if (this.#isPaused) return;
    yield () => this.#choose();
    for (let from = 0; from < MOST_ROWS; from += ROWS_PER_FRAME) yield () => this.#draw(from);
  }

  /** The last packets, the newest first. */
  texts(): string[] {
    const decoder = this.#decoderNow();
    return decoder === null ? [] : this.#recent.newest(MOST_ROWS, '', decoder).map((line) => line.full(decoder));
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
    this.#beganMs = this.#clock.now();
    this.#untap = tapPackets(peer, (isOutgoing, id, bytes, mode, channel) => {
      if (this.#isPaused) return;
      const timeMs = this.#clock.now() - this.#beganMs;
      const record = { timeMs, isOutgoing, peer: id, mode, channel, bytes: bytes.slice(), size: bytes.length };
      this.#recent.add(new PacketLine(record));
    });
  }

  #deafen(): void {
    this.#untap?.();
    this.#untap = null;
    this.#peer = null;
    this.#decoder = null;
    this.#recent.clear();
    this.#lines = [];
  }

  #decoderNow(): PacketDecoder | null {
    if (this.#peer !== null) this.#decoder ??= new PacketDecoder(this.#peer.getUniqueId(), this.#multiplayer.names);
    return this.#decoder;
  }

  #choose(): void {
    const decoder = this.#decoderNow();
    if (decoder === null) return;
    this.#lines = this.#recent.newest(MOST_ROWS, this.#filter.value.toLowerCase(), decoder);
    setText(this.#empty, this.#lines.length > 0 ? '' : 'No packets yet.');
  }

  #draw(from: number): void {
    const decoder = this.#decoder;
    if (decoder === null) return;
    for (let at = from; at < Math.min(from + ROWS_PER_FRAME, this.#lines.length); at += 1) {
      this.#drawRow(at, this.#lines[at] as PacketLine, decoder);
    }
    if (from + ROWS_PER_FRAME > this.#lines.length) this.#rows.hideFrom(Math.max(from, this.#lines.length));
  }

  #drawRow(at: number, line: PacketLine, decoder: PacketDecoder): void {
    if (this.#inRows[at] === line) return;
    this.#inRows[at] = line;
    const { timeMs, size, isOutgoing } = line.record;
    const row = this.#rows.set(at, [(timeMs / 1000).toFixed(2), line.who, showBytes(size), line.short(decoder)]);
    const isBad = innermost(line.decoded(decoder).content).kind === 'malformed';
    const name = `row ${isBad ? 'bad' : isOutgoing ? 'out' : 'in'}`;
    if (row.className !== name) row.className = name;
  }

  /** All of one packet. The list stands still, so that it can be read. */
  #open(at: number): void {
    const line = this.#inRows[at];
    if (line === undefined || this.#decoder === null) return;
    setText(this.#details, line.full(this.#decoder));
    this.#details.hidden = false;
    if (!this.#isPaused) this.#togglePause();
  }

  #togglePause(): void {
    this.#isPaused = !this.#isPaused;
    this.#pause.setAttribute('aria-pressed', String(this.#isPaused));
    setText(this.#pause, this.#isPaused ? 'Go on' : 'Pause');
    if (!this.#isPaused) this.#details.hidden = true;
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

function save(recording: PacketRecording): void {
  const name = `scenewire-${recording.self}-${recording.began.toISOString().replace(/[:.]/g, '-')}.packets`;
  saveText(recording.toText(), name, 'application/jsonl');
}
