/**
 * Who comes to a host by WebSocket says a key there, which it has sent to the host through the lobby before: the lobby
 * knows who says what, so the key tells which member that is, and nobody else can come under its id.
 */
const SIGNAL = 'scenewire:socket ';
const PARAMETER = 'seat';
const KEY = /^[\da-f]{32}$/;

export const newSocketKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** What a member sends to the host through the lobby. */
export const socketKeySignal = (key: string): string => `${SIGNAL}${key}`;

/** Null when it is none of these signals. */
export function readSocketKey(signal: string): string | null {
  const key = signal.startsWith(SIGNAL) ? signal.slice(SIGNAL.length) : '';
  return KEY.test(key) ? key : null;
}

/** The address with the key; null for one that is no WebSocket's. */
export function withSocketKey(address: string, key: string): string | null {
  if (!/^wss?:\/\/[^\s#]+$/.test(address)) return null;
  return `${address}${address.includes('?') ? '&' : '?'}${PARAMETER}=${key}`;
}

/** Of members of the room, as the host knows them. */
export class SocketKeys {
  readonly #members = new Map<string, number>();

  /** The newest of each member counts. */
  learn(member: number, key: string): void {
    this.forget(member);
    this.#members.set(key, member);
  }

  forget(member: number): void {
    for (const [key, id] of this.#members) if (id === member) this.#members.delete(key);
  }

  clear(): void {
    this.#members.clear();
  }

  /** The member that asks with this URL; 0 for who has no key, below 0 for one that nobody has. */
  memberOf(url: string): number {
    const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
    const key = new URLSearchParams(query).get(PARAMETER);
    return key === null ? 0 : (this.#members.get(key) ?? -1);
  }
}
