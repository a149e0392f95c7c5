import { readFileSync } from 'node:fs';
import { inRoot } from '../../../../scripts/lib/paths.js';

const text = readFileSync(inRoot('deploy/compose.yaml'), 'utf8');

/** The lines of a service. */
const serviceText = (name: string): string =>
  new RegExp(`^  ${name}:\\n((?:    .*\\n|\\n)+)`, 'm').exec(`${text}\n`)?.[1] ?? '';

/** `deploy/compose.yaml` as the tests read it: they know how it is laid out, and fail where it is not. */
export const composeFile = {
  text,
  /** What both lobbies are told. */
  environment: Object.fromEntries(
    [...text.matchAll(/^ {4}(SCENEWIRE_LOBBY_\w+): "?(.*?)"?$/gm)].map(([, name = '', value = '']) => [name, value]),
  ),
  /** Of all services that have one, in one line as JSON. */
  healthChecks: [...text.matchAll(/^ +test: (\[.*\])$/gm)].map(([, list = '']) => JSON.parse(list) as string[]),
  redisCommand: JSON.parse(/command: (\[.*\])/.exec(serviceText('redis'))?.[1] ?? '[]') as string[],
  turnOptions: [...serviceText('coturn').matchAll(/^ {6}- (-.*)$/gm)].map(([, option = '']) => option),
};

/** As compose puts variables in: `${NAME}`, `${NAME:?}` and `${NAME:-}`. */
export const interpolate = (value: string, variables: Readonly<Record<string, string>>): string =>
  value.replace(/\$\{(\w+)(?::[?-])?\}/g, (_all, name: string) => variables[name] ?? '');
