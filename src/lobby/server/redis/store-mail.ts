import type { RoomChange } from '../room/room-change.js';
import type { Relayed } from '../store/lobby-store.js';

/** What processes of a lobby send each other. */
export type StoreMail =
  | { readonly kind: 'relay'; readonly message: Relayed }
  | { readonly kind: 'outdated'; readonly name: string }
  | {
      readonly kind: 'change';
      readonly name: string;
      readonly nonce: string;
      readonly version: number;
      readonly change: RoomChange;
    };

export const writeMail = (mail: StoreMail): string => JSON.stringify(mail);

/** Null for a heartbeat, and for what another version may send. */
export function readMail(text: string): StoreMail | null {
  try {
    const mail: unknown = JSON.parse(text);
    return typeof mail === 'object' && mail !== null && 'kind' in mail ? (mail as StoreMail) : null;
  } catch {
    return null;
  }
}
