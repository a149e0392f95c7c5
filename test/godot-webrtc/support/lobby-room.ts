import { TransferMode } from 'scenewire';
import { LobbySession, type LobbySessionOptions } from 'scenewire/lobby';
import { LobbyServer } from 'scenewire/lobby-server';
import { afterEach } from 'vitest';
import type { GodotProcess } from '../../godot/support/godot-process.js';
import { type GodotRoom, openGodotRoom } from '../../godot/support/godot-room.js';
import type { NodeGame } from '../../godot/support/node-game.js';

const { TRANSFER_MODE_RELIABLE: RELIABLE, TRANSFER_MODE_UNRELIABLE: UNRELIABLE } = TransferMode;
/** What both sides add to the channel of each mode: 1 to 4. */
export const CHANNELS = [UNRELIABLE, UNRELIABLE, RELIABLE, RELIABLE] as const;

/** Godots and games of this process that meet by a lobby and WebRTC. */
export class LobbyRoom {
  readonly room: GodotRoom;
  url = '';
  #server: LobbyServer | null = null;

  constructor(room: GodotRoom) {
    this.room = room;
  }

  async serve(): Promise<void> {
    this.#server = new LobbyServer({ port: 0, host: '127.0.0.1', log: () => {} });
    this.url = `ws://127.0.0.1:${(await this.#server.listen())!.port}`;
  }

  /** A Godot enters a room, or makes one. */
  async enterGodot(code: string, mode: Mode, godot = this.room.godot): Promise<{ id: number; code: string }> {
    await prepareSession(godot);
    await godot.run(`game.get_node("Rtc").enter("${this.url}", "${code}", ${mode === 'mesh'})`);
    const line = await this.room.told(/^entered /, godot);
    const [, entered = '', , id] = line.split(' ');
    return { id: Number(id), code: entered };
  }

  /** A game of ours enters a room, or makes one. */
  async enterNode(code: string, mode: Mode, options: LobbySessionOptions = {}): Promise<NodePlayer> {
    const session = new LobbySession(this.url, { channels: CHANNELS, ...options });
    this.room.onEnd(() => session.close());
    const entered = code === '' ? await session.host({ mode }) : await session.join(code).then(() => code);
    const game = this.room.makeGame();
    game.start(session.peer);
    return { game, session, id: session.lobby.id, code: entered };
  }

  /** Both, one of them as the host. */
  async meet(host: 'godot' | 'node', mode: Mode): Promise<NodePlayer & { node: number; godot: number }> {
    await this.serve();
    if (host === 'godot') {
      const { code, id } = await this.enterGodot('', mode);
      const player = await this.enterNode(code, mode);
      await this.#connected(player.id, id);
      return { ...player, node: player.id, godot: id };
    }
    const player = await this.enterNode('', mode);
    const { id } = await this.enterGodot(player.code, mode);
    await this.#connected(player.id, id);
    return { ...player, node: player.id, godot: id };
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }

  async #connected(node: number, godot: number): Promise<void> {
    await this.room.heard(`node peer_connected ${godot}`);
    await this.room.told(`peer_connected ${node}`);
  }
}

export type Mode = 'mesh' | 'server';

export interface NodePlayer {
  readonly game: NodeGame;
  readonly session: LobbySession;
  readonly id: number;
  readonly code: string;
}

/** A session in Godot, which the code of tests reaches as `game.get_node("Rtc")`. */
export function prepareSession(godot: GodotProcess): Promise<string> {
  return godot.run(`var session = load("res://rtc_session.gd").new()
session.name = "Rtc"
session.control = control
session.channels = ${JSON.stringify(CHANNELS)}
game.add_child(session)`);
}

/** As `openGodotRoom`, with a lobby for each test. */
export function openLobbyRoom(): LobbyRoom {
  const lobbyRoom = new LobbyRoom(openGodotRoom());
  afterEach(() => lobbyRoom.close());
  return lobbyRoom;
}
