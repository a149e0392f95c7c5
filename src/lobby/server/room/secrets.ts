import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN_BYTES = 24;
const SALT_BYTES = 16;

/** A password is kept for as long as its room lives, in memory, and guesses are counted, so the hash need not be slow. */
export interface PasswordHash {
  readonly salt: string;
  readonly hash: string;
}

export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

export function hashPassword(password: string, salt = randomBytes(SALT_BYTES).toString('base64url')): PasswordHash {
  return { salt, hash: createHmac('sha256', salt).update(password).digest('base64url') };
}

export const isPassword = (password: string, { salt, hash }: PasswordHash): boolean =>
  isSame(hashPassword(password, salt).hash, hash);

/** Takes as long for a wrong text as for the right one of the same length. */
export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
