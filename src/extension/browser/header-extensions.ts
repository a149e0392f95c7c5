/** `a=extmap:` with the number, perhaps a direction, and what the number stands for. */
const EXTENSION = /^a=extmap:(\d{1,3})(?:\/\w+)? (.+?)\r?\n/gm;

/**
 * The numbers of RTP header extensions on one connection of a browser. Chromium holds that a number never changes its
 * meaning, not even one that was merely offered in a round that was taken back: it refuses such a description, and every
 * other from then on. Firefox numbers as it likes. Extensions are extras, so a description does without those in question.
 */
export class HeaderExtensions {
  readonly #meanings = new Map<string, string>();

  /** The description without those whose number means something else here. */
  settle(sdp: string): string {
    const meanings = new Map(this.#meanings);
    return sdp.replace(EXTENSION, (line: string, number: string, meaning: string) => {
      const known = meanings.get(number) ?? meaning;
      meanings.set(number, known);
      return known === meaning ? line : '';
    });
  }

  /** The description is applied, whatever becomes of it. */
  note(sdp: string): void {
    for (const [, number = '', meaning = ''] of sdp.matchAll(EXTENSION)) {
      if (!this.#meanings.has(number)) this.#meanings.set(number, meaning);
    }
  }

  /** A new connection begins. */
  forget(): void {
    this.#meanings.clear();
  }
}
