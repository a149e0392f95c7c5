import { randomInt } from 'node:crypto';
import { CODE_ALPHABET } from '../protocol/room-name.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** As long as those of Godot's Node server: 95 bits. */
const RANDOM_LENGTH = 16;
/** 309 million codes. A lobby with a thousand rooms is found once in 300,000 guesses, which are counted. */
const CODE_LENGTH = 6;

export type RoomNameKind = 'code' | 'random';

export const newRoomName = (kind: RoomNameKind): string =>
  kind === 'code' ? draw(CODE_ALPHABET, CODE_LENGTH) : draw(LETTERS, RANDOM_LENGTH);

const draw = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
