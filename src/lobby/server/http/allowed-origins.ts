/** Pages that may connect: `https://game.example.org`, or with any name in front, `https://*.example.org`. */
export class AllowedOrigins {
  readonly #exact = new Set<string>();
  readonly #patterns: { readonly head: string; readonly tail: string }[] = [];
  readonly #allowsAll: boolean;
  readonly #requiresOne: boolean;

  /** `null` allows all. Programs that are no browsers send none; they are let in unless one is required. */
  constructor(origins: readonly string[] | null, requiresOne: boolean) {
    this.#allowsAll = origins === null;
    this.#requiresOne = requiresOne;
    for (const origin of origins ?? []) {
      const lower = origin.toLowerCase().replace(/\/$/, '');
      const [head, tail] = lower.split('*');
      if (head !== undefined && tail !== undefined) this.#patterns.push({ head, tail });
      else this.#exact.add(lower);
    }
  }

  allows(origin: string | null): boolean {
    if (origin === null) return !this.#requiresOne;
    const lower = origin.toLowerCase();
    return this.#allowsAll || this.#exact.has(lower) || this.#patterns.some((pattern) => fits(lower, pattern));
  }
}

/** The star stands for names and dots, never for nothing, and never for the end of a host. */
function fits(origin: string, { head, tail }: { head: string; tail: string }): boolean {
  if (origin.length <= head.length + tail.length || !origin.startsWith(head) || !origin.endsWith(tail)) return false;
  return /^[a-z\d.-]+$/.test(origin.slice(head.length, origin.length - tail.length));
}
