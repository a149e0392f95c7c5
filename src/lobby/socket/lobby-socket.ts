export type LobbySocketState = 'connecting' | 'open' | 'closing' | 'closed';

/**
 * A connection to a lobby that carries text frames, as a lobby client needs it. It begins to connect when it is made.
 * Nothing in here waits, throws or calls back: states change and frames become readable in `poll`.
 */
export interface LobbySocket {
  readonly state: LobbySocketState;
  /** Of a socket that is closed; -1 when it ended without a closing handshake. */
  readonly closeCode: number;
  readonly closeReason: string;
  poll(): void;
  /** False when the frame can't be sent, and is lost. */
  send(frame: string): boolean;
  /** The oldest frame that was not taken yet; null when there is none. What came before the end can be read after it. */
  receive(): string | Uint8Array | null;
  /** On purpose: the lobby gives the seat to others. */
  close(): void;
  /** Not on purpose, as far as the lobby can tell: it keeps the seat for a while. */
  cut(): void;
}

export type OpenLobbySocket = () => LobbySocket;
