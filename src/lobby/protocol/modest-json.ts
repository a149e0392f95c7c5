/** Deeper than any message of the protocol, with room for what clients add to it. */
const MAX_DEPTH = 16;
/** Brackets and commas outside of texts; metadata at its largest has less than a tenth of that. */
const MAX_PARTS = 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * Whether a text is as simple as a message. Some texts of 60 KB, with thousands of brackets in each other or of members
 * side by side, take the parser hundreds of times longer than a description of that size; this tells them apart without
 * parsing, and hops over the texts inside.
 */
export function isModestJson(text: string): boolean {
  let depth = 0;
  let parts = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfText(text, at + 1);
      continue;
    }
    // [ and { differ from ] and } in the same way.
    const isOpening = (code | 0x20) === 0x7b;
    if (isOpening) depth += 1;
    else if ((code | 0x20) === 0x7d) depth -= 1;
    if (isOpening || code === COMMA) parts += 1;
    if (depth > MAX_DEPTH || parts > MAX_PARTS) return false;
  }
  return true;
}

/** Where the quote is that ends a text; the end of everything when there is none. */
function endOfText(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
