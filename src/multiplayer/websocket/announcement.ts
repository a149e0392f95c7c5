import { ANNOUNCED_FEATURES } from '../announced-features.js';

const VERSION = 1;
/** The server's answer to who asks in the URL, and the client's when it has read that: a text message, which no Godot peer sends. */
export const ANNOUNCEMENT: string = `scenewire:${[VERSION, ...ANNOUNCED_FEATURES].join(' ')}`;

const FORM = /^scenewire:(\d{1,9})((?: [\w-]+)*)$/;
const MAX_BYTES = 1024;
const decoder = new TextDecoder();

/** What a text message announces: nothing for a version that is not known. Null when it is no announcement. */
export function readAnnouncement(text: Uint8Array): readonly string[] | null {
  if (text.length > MAX_BYTES) return null;
  const match = FORM.exec(decoder.decode(text));
  if (match === null) return null;
  return Number(match[1]) === VERSION ? (match[2] ?? '').split(' ').slice(1) : [];
}
