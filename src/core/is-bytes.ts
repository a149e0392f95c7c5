/** Also of an array of another realm, such as a frame or a test environment, which `instanceof` would not know. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Uint8Array).BYTES_PER_ELEMENT === 1;
}
