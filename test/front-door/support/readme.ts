import { readFileSync } from 'node:fs';
import { inRoot } from '../../../scripts/lib/paths.js';

/** A part of the README, under a heading. */
export class Chapter {
  readonly #text: string;

  constructor(heading: string) {
    const readme = readFileSync(inRoot('README.md'), 'utf8');
    const chapters = readme.split(/^(?=#{1,3} )/m);
    const found = chapters.find((chapter) => chapter.replace(/^#+ /, '').startsWith(`${heading}\n`));
    if (found === undefined) throw new Error(`the README has no chapter "${heading}"`);
    this.#text = found;
  }

  /** The only block of that language. */
  code(language: string): string {
    const blocks = [...this.#text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, name]) => name === language);
    const code = blocks[0]?.[2];
    if (code === undefined || blocks.length > 1) throw new Error(`${blocks.length} blocks of ${language}`);
    return code;
  }

  /** The command that begins so, in the text or in a block, without its comment. */
  command(start: string): string {
    const all = [...this.#text.matchAll(/`([^`\n]+)`/g), ...this.#text.matchAll(/^(\w[^#\n]*?)\s*(?:#.*)?$/gm)];
    const command = all.map(([, text = '']) => text).find((text) => text.startsWith(start));
    if (command === undefined) throw new Error(`no command begins with "${start}"`);
    return command;
  }
}
