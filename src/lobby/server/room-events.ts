import type { Directory } from './directory.js';
import type { LocalMembers } from './local-member.js';
import type { Relay } from './relay.js';
import type { Replica } from './replica.js';
import type { Decision } from './room/decision.js';
import { findLink, leave, loseLink, loseProcess } from './room/leaving.js';
import { isAway, type Room, type Seat } from './room/room.js';
import type { RoomChange } from './room/room-change.js';
import type { LobbyStore, Relayed, StoreEvents } from './store/lobby-store.js';

type AvailabilityListener = StoreEvents['availabilityChanged'];

/** Keeps this process up to date about what others did, and puts right what they, or a failing store, got wrong about it. */
export class RoomEvents implements StoreEvents {
  readonly #store: LobbyStore;
  readonly #directory: Directory;
  readonly #members: LocalMembers;
  readonly #relay: Relay;
  readonly #graceMs: number;
  readonly #onAvailability: AvailabilityListener;

  constructor(
    lobby: { store: LobbyStore; directory: Directory; members: LocalMembers; relay: Relay; graceMs: number },
    onAvailability: AvailabilityListener,
  ) {
    this.#store = lobby.store;
    this.#directory = lobby.directory;
    this.#members = lobby.members;
    this.#relay = lobby.relay;
    this.#graceMs = lobby.graceMs;
    this.#onAvailability = onAvailability;
  }

  roomChanged(name: string, nonce: string, version: number, change: RoomChange): void {
    this.#later(name, async (replica) => {
      const { room } = replica;
      const isSame = room?.settings.nonce === nonce;
      if (isSame && version <= room.version) return;
      if (isSame && version === room.version + 1 && !replica.isOutdated) replica.apply(change, this.#store.now());
      else await this.#directory.reload(name, replica);
    });
  }

  roomOutdated(name: string): void {
    this.#later(name, (replica) => this.#directory.reload(name, replica));
  }

  relayed(message: Relayed): void {
    this.#relay.receive(message);
  }

  async processLost(process: string, rooms: readonly string[]): Promise<void> {
    const awayUntil = this.#store.now() + this.#graceMs;
    for (const name of rooms) await this.#directory.change(name, (room) => loseProcess(room, process, awayUntil));
  }

  availabilityChanged(isAvailable: boolean, why?: string): void {
    this.#onAvailability(isAvailable, why);
    if (!isAvailable) return;
    for (const name of this.#directory.replicas.keys()) {
      this.#later(name, (replica) => this.#directory.reload(name, replica));
    }
  }

  /** Nobody waits for it. What a failing store prevents is done when it is back, since the room counts as outdated. */
  #later(name: string, task: (replica: Replica) => Promise<void>): void {
    const run = async (replica: Replica): Promise<void> => {
      try {
        await task(replica);
        this.#reconcile(name, replica);
      } catch {
        replica.isOutdated = true;
      }
    };
    void this.#directory.withReplica(name, run);
  }

  /** Compares the seats of this process with its connections. */
  #reconcile(name: string, replica: Replica): void {
    for (const seat of replica.room?.seats.values() ?? []) {
      const correct = replica.isLocal(seat) ? this.#correction(name, seat) : null;
      // What fails is found again when the store is back.
      if (correct !== null) this.#directory.change(name, correct).catch(() => {});
    }
  }

  #correction(name: string, seat: Seat): ((room: Room) => Decision) | null {
    const member = this.#members.get(seat.link);
    const isHeld = member?.holds(name, seat.id) ?? false;
    if (isHeld) return isAway(seat) ? (room) => findLink(room, seat) : null;
    if (member?.canReturnTo(seat) === false) return (room) => leave(room, seat);
    // The connection is gone, or was told that nobody knows whether it has the seat, and may still come for it.
    return isAway(seat) ? null : (room) => loseLink(room, seat, this.#store.now() + this.#graceMs);
  }
}
