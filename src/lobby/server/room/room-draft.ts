import type { Departure, LobbyReason } from '../../protocol/lobby-reason.js';
import type { HostMessage } from '../../protocol/server-messages.js';
import { isAnnounced, isAway, type Room, type RoomSettings, type Seat, type SeatEnd } from './room.js';
import type { RoomChange, SeatChange } from './room-change.js';

/**
 * Collects what changes in a room, and draws the conclusions at the end: a room without its host gets another one or is
 * over, and so is a room without anybody.
 */
export class RoomDraft {
  readonly #room: Room;
  readonly #seats: Map<number, Seat>;
  readonly #changes = new Map<number, SeatChange>();
  #settings: RoomSettings | null = null;
  #hostReason: HostMessage['reason'] | null = null;
  #over: LobbyReason | null = null;

  constructor(room: Room) {
    this.#room = room;
    this.#seats = new Map(room.seats);
  }

  get settings(): RoomSettings {
    return this.#settings ?? this.#room.settings;
  }

  set(settings: Partial<RoomSettings>): void {
    this.#settings = { ...this.settings, ...settings };
  }

  put(seat: Seat): void {
    this.#seats.set(seat.id, seat);
    this.#changes.set(seat.id, { id: seat.id, seat });
  }

  remove(id: number, end: SeatEnd): void {
    if (!this.#seats.delete(id)) return;
    this.#changes.set(id, { id, seat: null, end });
    if (id === this.settings.host && this.#hostReason === null) this.#hostReason = departureOf(end);
  }

  handOver(id: number): void {
    this.#setHost(id);
    this.#hostReason = 'handed_over';
  }

  end(reason: LobbyReason): void {
    this.#over = reason;
    for (const seat of [...this.#seats.values()]) this.remove(seat.id, this.#closing(seat, reason));
  }

  finish(): RoomChange {
    if (!this.#seats.has(this.settings.host) && this.#over === null) this.#replaceHost();
    return {
      settings: this.#settings,
      seats: [...this.#changes.values()],
      hostReason: this.#over === null ? this.#hostReason : null,
      over: this.#over,
    };
  }

  #replaceHost(): void {
    const next = this.settings.migrates ? this.#electHost() : undefined;
    if (next === undefined) {
      this.end('host_left');
      return;
    }
    this.#setHost(next.id);
    for (const seat of [...this.#seats.values()]) {
      if (!isAnnounced(seat)) this.remove(seat.id, this.#closing(seat, 'host_left'));
    }
  }

  /** The one who is there for longest; of those that are away only if nobody else is left. */
  #electHost(): Seat | undefined {
    const willing = [...this.#seats.values()].filter((seat) => isAnnounced(seat) && seat.canHost);
    const present = willing.filter((seat) => !isAway(seat));
    return (present.length > 0 ? present : willing).sort((a, b) => a.order - b.order)[0];
  }

  #setHost(id: number): void {
    this.set({ host: id, epoch: this.settings.epoch + 1, address: '' });
  }

  /** After a seal the game of Godot's clients goes on without us, and they must not take the end for a failure. */
  #closing(seat: Seat, reason: LobbyReason): SeatEnd {
    const isDone = this.settings.sealedAt > 0 && !isAnnounced(seat);
    return isDone ? { why: 'sealed' } : { why: 'over', reason };
  }
}

const departureOf = ({ why }: SeatEnd): Departure => (why === 'left' || why === 'kicked' ? why : 'lost');
