import type { LobbyClient } from '../client/lobby-client.js';
import { LobbyError } from '../client/lobby-error.js';
import type { CreateRoomOptions } from '../client/seat-request.js';
import type { RoomState } from '../protocol/server-messages.js';

/** The room of a game that this side is the server of, as it was last: for making it again. */
export class HostedRoom {
  #asked: CreateRoomOptions = {};
  #last: RoomState | null = null;

  asked(options: CreateRoomOptions): void {
    this.#asked = options;
    this.#last = null;
  }

  /** Null says nothing new: a room that is lost is still what it was. */
  saw(room: RoomState | null): void {
    this.#last = room ?? this.#last;
  }

  /** Under the same name, or under another one where somebody else has that by now. Gives the name. */
  async makeAgain(lobby: LobbyClient, changes: CreateRoomOptions): Promise<string> {
    const { name, ...rest } = { ...this.#options, ...changes };
    if (name === undefined) return (await lobby.create(rest)).name;
    try {
      return (await lobby.create({ ...rest, name })).name;
    } catch (thrown) {
      const isTaken = thrown instanceof LobbyError && thrown.reason === 'name_taken';
      if (!isTaken || changes.name !== undefined) throw thrown;
      return (await lobby.create(rest)).name;
    }
  }

  /** A password nobody tells, so it is the one that was asked for. */
  get #options(): CreateRoomOptions {
    if (this.#last === null) return this.#asked;
    const { name, public: isPublic, meta, maxMembers, migrates, address } = this.#last;
    const now = { name, public: isPublic, meta, maxMembers, migrates, ...(address !== undefined && { address }) };
    return { ...this.#asked, ...now, mode: 'server' };
  }
}
