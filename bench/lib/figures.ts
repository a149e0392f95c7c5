/** What a figure must keep. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** The figures of one run, printed as they come. One that misses its goal makes the run fail, at its end. */
export class Figures {
  readonly #short: string[] = [];

  report(name: string, value: number, unit: string, goal: Goal): void {
    const [sign, bound, ok] =
      'atLeast' in goal ? ['>=', goal.atLeast, value >= goal.atLeast] : ['<=', goal.atMost, value <= goal.atMost];
    if (!ok) this.#short.push(name);
    console.log(`figure ${name} ${shorten(value)} ${unit} goal ${sign}${shorten(bound)} ${ok ? 'ok' : 'short'}`);
  }

  /** Prints what missed its goal; true when nothing did. */
  conclude(): boolean {
    if (this.#short.length > 0) console.log(`short: ${this.#short.join(', ')}`);
    return this.#short.length === 0;
  }
}

/** At most three digits after the point, and none that say nothing. */
const shorten = (value: number): string => String(Number(value.toFixed(3)));
