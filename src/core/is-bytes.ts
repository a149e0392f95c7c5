/**
 * Whether it is an array of bytes, of whatever class: an `Int8Array` is one, too. Also of another realm, such as a frame or
 * a test environment, which `instanceof` would not know.
 */
export function isBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) && (value as Uint8Array).BYTES_PER_ELEMENT === 1;
}
