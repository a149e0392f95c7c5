import { readdirSync } from 'node:fs';
import { inRoot } from './paths.js';

/**
 * What a bundler finds under the names of the package when it takes the sources: `scenewire`, `scenewire/three` and so on,
 * and behind each package import (`#websocket`) what that platform gets.
 */
export function sourceAliases(platform: 'browser' | 'node'): Record<string, string> {
  const aliases: Record<string, string> = {};
  for (const file of readdirSync(inRoot('src'))) {
    const [, name = '', choice] = /^([a-z-]+)(?:\.(browser|node))?\.ts$/.exec(file) ?? [];
    if (name === '' || (choice !== undefined && choice !== platform)) continue;
    const entry = name === 'index' ? 'scenewire' : `scenewire/${name}`;
    aliases[choice === undefined ? entry : `#${name}`] = inRoot(`src/${file}`);
  }
  return aliases;
}
