/** A close frame ends at 125 bytes, two of which are the code. */
const MAX_REASON_BYTES = 123;

/** As much of the text as a close frame holds, in whole characters. */
export function closeReason(text: string): string {
  let reason = '';
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_REASON_BYTES) break;
    reason += character;
  }
  return reason;
}
