import { MAX_ROOM_NAME_LENGTH } from './limits.js';

/** Capital letters and digits that nobody mixes up when reading them aloud or off a screen, and no vowels for words. */
export const CODE_ALPHABET = '23456789BCDFGHJKMNPQRSTVWXZ';

/** What a name may be made of: it goes into addresses and messages as it is. */
export const ROOM_NAME: RegExp = /^[\w.~-]+$/;

export const isRoomName = (name: string): boolean => name.length <= MAX_ROOM_NAME_LENGTH && ROOM_NAME.test(name);

const CODE_CHARACTERS = new RegExp(`^[${CODE_ALPHABET}]+$`);

/** A code as somebody typed it (`bcd-f2 9`) the way the server knows it; null when it can be none. */
export function toRoomCode(typed: string): string | null {
  const code = typed.replace(/[\s._-]/g, '').toUpperCase();
  return code.length <= MAX_ROOM_NAME_LENGTH && CODE_CHARACTERS.test(code) ? code : null;
}
