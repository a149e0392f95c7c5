import {
  LobbyClient,
  type LobbyClientOptions,
  type LobbyClientSignals,
  LobbyError,
  type OpenLobbySocket,
} from 'scenewire/lobby';
import { expect } from 'vitest';

const SIGNALS = [
  'connected',
  'disconnected',
  'lobby_joined',
  'peer_connected',
  'peer_disconnected',
  'offer_received',
  'answer_received',
  'candidate_received',
  'lobby_sealed',
  'lobby_unsealed',
  'room_changed',
  'member_changed',
  'peer_away',
  'peer_back',
  'host_changed',
  'ice_changed',
  'signal_received',
  'lobby_lost',
  'lobby_restored',
  'lobby_left',
  'error_received',
] as const satisfies readonly (keyof LobbyClientSignals)[];

/** A client with everything that it tells, one line each, in order. */
export class Diary {
  readonly client: LobbyClient;
  readonly lines: string[] = [];
  #read = 0;
  #arrival: () => void = () => {};

  constructor(where: string | OpenLobbySocket, options?: LobbyClientOptions) {
    this.client = new LobbyClient(where, options);
    for (const name of SIGNALS) this.client.connect(name, (...args: readonly unknown[]) => this.#note(name, args));
  }

  /** The next line that begins like this; those before it are skipped. */
  async until(beginning: string): Promise<string> {
    for (;;) {
      while (this.#read < this.lines.length) {
        const line = this.lines[this.#read]!;
        this.#read += 1;
        if (line.startsWith(beginning)) return line;
      }
      await new Promise<void>((resolve) => {
        this.#arrival = resolve;
      });
    }
  }

  has(beginning: string): boolean {
    return this.lines.some((line) => line.startsWith(beginning));
  }

  #note(name: string, args: readonly unknown[]): void {
    this.lines.push([name, ...args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg)))].join(' '));
    this.#arrival();
  }
}

/** The reason why a promise rejects. */
export async function reasonOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LobbyError);
  return (error as LobbyError).reason;
}
