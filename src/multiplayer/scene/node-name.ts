/** Characters that have a meaning in paths; the last three would not survive a journey. */
const FORBIDDEN = /[.:@/"%\0\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Whether a node may be called so, as Godot sees it. */
export function isValidNodeName(name: string): boolean {
  return name !== '' && name.search(FORBIDDEN) < 0;
}

/** The name with what is forbidden replaced. Empty stays empty. */
export function validNodeName(name: string): string {
  return name.replace(FORBIDDEN, '_');
}

/** `Hero`, `Hero2`, `Hero3`, or `Gate09`, `Gate10`: the first that is not taken, as Godot numbers readable names. */
export function uniqueNodeName(name: string, isTaken: (name: string) => boolean): string {
  return new NameNumbers().unique(name, isTaken);
}

/** The same for many siblings. Begin anew when one of them gives up its name: numbers are not looked at twice. */
export class NameNumbers {
  /** The number to try next. */
  readonly #next = new Map<string, bigint>();

  unique(name: string, isTaken: (name: string) => boolean): string {
    if (!isTaken(name)) return name;
    const digits = /[0-9]*$/.exec(name)?.[0] ?? '';
    const word = name.slice(0, name.length - digits.length);
    // Without a number it goes on with 2: the first one is the one that has none.
    for (let number = this.#next.get(name) ?? (digits === '' ? 2n : BigInt(digits) + 1n); ; number += 1n) {
      const attempt = word + number.toString().padStart(digits.length, '0');
      if (isTaken(attempt)) continue;
      this.#next.set(name, number);
      return attempt;
    }
  }
}
