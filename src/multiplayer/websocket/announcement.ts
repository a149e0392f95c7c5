import { ANNOUNCED_FEATURES } from '../announced-features.js';

/** In the query of the URL: the client asks whether the server is a scenewire peer. Godot's servers don't read it. */
const QUESTION = 'scenewire=1';
const VERSION = 1;
/** The server's answer, and the client's when it has read that: a text message, which no Godot peer sends. */
export const ANNOUNCEMENT: string = `scenewire:${[VERSION, ...ANNOUNCED_FEATURES].join(' ')}`;

const FORM = /^scenewire:(\d{1,9})((?: [\w-]+)*)$/;
const MAX_BYTES = 1024;
const decoder = new TextDecoder();

/** The URL with the question in its query, or without; everything else in it stays as it is. */
export function withQuestion(url: string, asks: boolean): string {
  if (typeof url !== 'string' || url === '') return url;
  const [, address = '', query, fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url) ?? [];
  const items = query === undefined || query === '' ? [] : query.split('&');
  const others = items.filter((item) => !/^scenewire(=|$)/.test(item));
  if (!asks && others.length === items.length) return url;
  if (asks && items.length === others.length + 1 && items.includes(QUESTION)) return url;
  const all = asks ? [...others, QUESTION] : others;
  return `${address}${all.length === 0 ? '' : `?${all.join('&')}`}${fragment}`;
}

/** Whether the client that asked for this URL is a scenewire peer. */
export function hasQuestion(url: string): boolean {
  const query = typeof url === 'string' ? (/^[^?#]*\?([^#]*)/.exec(url)?.[1] ?? '') : '';
  return query.split('&').includes(QUESTION);
}

/** What a text message announces: nothing for a version that is not known. Null when it is no announcement. */
export function readAnnouncement(text: Uint8Array): readonly string[] | null {
  if (text.length > MAX_BYTES) return null;
  const match = FORM.exec(decoder.decode(text));
  if (match === null) return null;
  return Number(match[1]) === VERSION ? (match[2] ?? '').split(' ').slice(1) : [];
}
