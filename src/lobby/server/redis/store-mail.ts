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

/** Several in one message; each is the text of one. */
export const bundleMail = (mails: readonly string[]): string => (mails.length === 1 ? mails[0]! : `[${mails.join()}]`);

/** None in a heartbeat, nor in what another version may send. */
export function readMail(text: string): StoreMail[] {
  try {
    const read: unknown = JSON.parse(text);
    return (Array.isArray(read) ? read : [read]).filter(isMail);
  } catch {
    return [];
  }
}

const isMail = (mail: unknown): mail is StoreMail => typeof mail === 'object' && mail !== null && 'kind' in mail;
