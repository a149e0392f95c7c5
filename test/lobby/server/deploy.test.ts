import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inRoot } from '../../../scripts/lib/paths.js';
import { configure } from '../../../src/cli/lobby/lobby-configuration.js';
import { lobbyOptions, readValues, variableOf } from '../../../src/cli/lobby/lobby-options.js';
import { DEFAULT_LOBBY_LIMITS } from '../../../src/lobby/server/lobby-limits.js';

const read = (path: string): string => readFileSync(inRoot(path), 'utf8');

it('the compose file sets variables that there are, to values that make sense', () => {
  const compose = read('deploy/compose.yaml');
  const settings = [...compose.matchAll(/^ {4}(SCENEWIRE_LOBBY_\w+): "?(.*?)"?$/gm)];
  expect(settings.length).toBeGreaterThan(5);
  const known = Object.keys(lobbyOptions).map((name) => variableOf(name as keyof typeof lobbyOptions));
  const env = Object.fromEntries(
    settings.map(([, name = '', value = '']) => {
      expect(known).toContain(name);
      return [
        name,
        value.replace(/\$\{TURN_HOST(:\?)?\}/g, 'turn.example.org').replace(/\$\{\w+:[?-]\}/, 'https://a.example'),
      ];
    }),
  );
  const { server, drainMs } = configure(readValues([], env)!);
  expect(drainMs).toBe(10_000);
  expect(server).toMatchObject({
    trustProxy: ['private'],
    admin: { port: 9081, host: '0.0.0.0' },
    ice: { servers: [{ urls: ['stun:turn.example.org:3478'] }], turn: { secret: 'https://a.example' } },
  });
});

it('what the compose file wants to be told is in the example', () => {
  const wanted = [...read('deploy/compose.yaml').matchAll(/\$\{(\w+):[?-]/g)].map(([, name]) => name);
  const given = [...read('deploy/env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
  expect([...new Set(wanted)].sort()).toEqual(given.sort());
});

it('the Dockerfile runs the program as it is', () => {
  const [, command] = /^CMD (\[.*\])$/m.exec(read('deploy/Dockerfile'))!;
  const [name, ...args] = JSON.parse(command!) as string[];
  expect(name).toBe('lobby');
  expect(configure(readValues(args, {})!).logForm).toBe('json');
});

it('the page about the server names every limit with its default, and every option', () => {
  const page = read('docs/lobby-server.md');
  for (const name of Object.keys(DEFAULT_LOBBY_LIMITS)) expect(page, name).toContain(`\`${name}\``);
});
