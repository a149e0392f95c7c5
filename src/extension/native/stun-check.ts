import { createHmac, randomBytes } from 'node:crypto';

const COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const PRIORITY = 0x0024;
const ICE_CONTROLLING = 0x802a;

/** The bytes of MESSAGE-INTEGRITY, which the length counts before they are there. */
const INTEGRITY_SIZE = 24;
const TIEBREAKER_SIZE = 8;
const TRANSACTION_SIZE = 12;

/** A connectivity check (RFC 8445, 7.1): `name` is "theirs:ours", the password is theirs. It has the lowest priority. */
export function stunCheck(name: string, password: string): Buffer {
  const random = randomBytes(TIEBREAKER_SIZE + TRANSACTION_SIZE);
  const attributes = Buffer.concat([
    attribute(USERNAME, Buffer.from(name)),
    attribute(ICE_CONTROLLING, random.subarray(0, TIEBREAKER_SIZE)),
    attribute(PRIORITY, Buffer.from([0, 0, 0, 1])),
  ]);
  const header = Buffer.alloc(20);
  header.writeUInt16BE(BINDING_REQUEST, 0);
  header.writeUInt16BE(attributes.length + INTEGRITY_SIZE, 2);
  header.writeUInt32BE(COOKIE, 4);
  random.copy(header, 8, TIEBREAKER_SIZE);
  const text = Buffer.concat([header, attributes]);
  const digest = createHmac('sha1', password).update(text).digest();
  return Buffer.concat([text, attribute(MESSAGE_INTEGRITY, digest)]);
}

/** Filled up to four bytes. */
function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}
