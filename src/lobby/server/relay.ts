import { HOST_ID } from '../protocol/limits.js';
import { MessageType } from '../protocol/message-type.js';
import type { Directory } from './directory.js';
import type { LobbyMetrics } from './lobby-metrics.js';
import type { Replica } from './replica.js';
import { isAnnounced, isAway, type Room, relation, type Seat } from './room/room.js';
import type { LobbyStore, Relayed } from './store/lobby-store.js';

/** Carries messages between the members of a room. What can't arrive is dropped and counted: the receiver may just have left. */
export class Relay {
  readonly #store: LobbyStore;
  readonly #directory: Directory;
  readonly #metrics: LobbyMetrics;

  constructor(store: LobbyStore, directory: Directory, metrics: LobbyMetrics) {
    this.#store = store;
    this.#directory = directory;
    this.#metrics = metrics;
  }

  /** From a member of this process. False when the receiver is in a process that can't be reached at the moment. */
  send(message: Relayed): boolean {
    const replica = this.#directory.replicas.get(message.room);
    const room = replica?.room;
    const [sender, receiver] = room ? [room.seats.get(message.from), receiverOf(room, message)] : [];
    if (!room || sender === undefined || receiver === undefined) this.#metrics.dropped('nobody');
    else if (!mayReach(room, sender, receiver, message)) this.#metrics.dropped('forbidden');
    else if (!replica?.isLocal(receiver) && !this.#store.isAvailable) {
      this.#metrics.dropped('unavailable');
      return false;
    } else {
      const addressed = { ...message, to: receiver.id };
      // Behind changes of the room that are under way, so that nobody hears from somebody he was not told of.
      replica?.queue.runInOrder(() => this.#pass(replica, addressed));
    }
    return true;
  }

  /** From another process. */
  receive(message: Relayed): void {
    const replica = this.#directory.replicas.get(message.room);
    if (replica === undefined) this.#metrics.dropped('nobody');
    else replica.queue.runInOrder(() => this.#deliver(replica, message));
  }

  #pass(replica: Replica, message: Relayed): void {
    const seat = replica.room?.seats.get(message.to);
    if (seat === undefined || replica.isLocal(seat)) this.#deliver(replica, message);
    else if (isAway(seat)) this.#metrics.dropped('away');
    else if (this.#store.relay(seat.at, message)) this.#metrics.relayed('remote');
    else this.#metrics.dropped('unavailable');
  }

  #deliver(replica: Replica, message: Relayed): void {
    const { room } = replica;
    const seat = room?.seats.get(message.to);
    const member = seat && replica.memberOf(seat);
    if (!room || seat === undefined || member === undefined) {
      this.#metrics.dropped(seat === undefined ? 'nobody' : 'away');
      return;
    }
    this.#metrics.relayed('local');
    member.relayed(room, seat, message);
  }
}

/** Godot's clients write to the host as 1, whoever it is. */
function receiverOf(room: Room, { from, to }: Relayed): Seat | undefined {
  const sender = room.seats.get(from);
  const isHost = to === HOST_ID && sender !== undefined && !isAnnounced(sender) && room.settings.mode === 'server';
  return room.seats.get(isHost ? room.settings.host : to);
}

function mayReach(room: Room, sender: Seat, receiver: Seat, { type }: Relayed): boolean {
  if (type === MessageType.SIGNAL && !(isAnnounced(sender) && isAnnounced(receiver))) return false;
  return sender.id !== receiver.id && relation(room, sender, receiver) === 'peer';
}
