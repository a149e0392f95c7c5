import type { MicrophoneProblem } from 'scenewire/media';

/** What to do about it. The player hears the others all the same. */
export const NO_MICROPHONE: Readonly<Record<MicrophoneProblem, string>> = {
  denied: 'The browser gives this page no microphone. Allow it beside the address of the page.',
  missing: 'No microphone was found. Plug one in.',
  busy: 'The microphone could not be opened. Another program may have it.',
  unavailable: 'A page gets a microphone over https or from localhost only.',
};

/** What the player is told, one line for each topic. */
export class Notices {
  readonly #output: HTMLOutputElement;
  readonly #lines = new Map<string, string>();

  constructor(output: HTMLOutputElement) {
    this.#output = output;
  }

  /** An empty text takes the line away. */
  set(topic: 'door' | 'sound' | 'microphone' | 'company', text: string): void {
    if ((this.#lines.get(topic) ?? '') === text) return;
    this.#lines.set(topic, text);
    this.#output.textContent = [...this.#lines.values()].filter((line) => line !== '').join('\n');
  }
}
