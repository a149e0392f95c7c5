import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';
import { Err } from '../../src/core/err.js';
import { LogLevel } from '../../src/core/log.js';
import { ConnectFlags } from '../../src/core/signal.js';
import {
  ChannelState,
  ConnectionState,
  GatheringState,
  IceConnectionState,
  ProxyType,
  SignalingState,
  WriteMode,
} from '../../src/extension/webrtc-types.js';

type Table = Readonly<Record<string, number>>;

const tables: Readonly<Record<string, Table>> = {
  Err,
  LogLevel,
  ConnectFlags,
  ChannelState,
  ConnectionState,
  GatheringState,
  IceConnectionState,
  ProxyType,
  SignalingState,
  WriteMode,
};
const names = Object.keys(tables).join('|');
/** `Err.FAILED`, but not `other.Err.FAILED`. */
const MEMBER = new RegExp(`(?<![\\w$.])(${names})\\.([A-Z][A-Z_\\d]*)\\b`, 'g');
/** `const { OK, FAILED: failed } = Err;` */
const UNPACKED = new RegExp(`\\bconst \\{([^{}=]*)\\} = (${names});`, 'g');

/** The text with each member of a table of constants as its number. Lines stay what they are. */
export function withNumbers(text: string): string {
  return text
    .replace(UNPACKED, (whole, list: string, name: string) => unpack(list, tables[name] ?? {}) ?? whole)
    .replace(MEMBER, (whole, name: string, member: string) => numberOf(tables[name], member) ?? whole);
}

const numberOf = (table: Table | undefined, member: string): string | undefined => table?.[member]?.toString();

/** Null when a member is none of the table's. */
function unpack(list: string, table: Table): string | null {
  const entries = list.split(',').filter((entry) => entry.trim() !== '');
  const made = entries.map((entry) => {
    const [member = '', local = member] = entry.split(':').map((part) => part.trim());
    const number = numberOf(table, member);
    return number === undefined ? null : `const ${local} = ${number};`;
  });
  return made.includes(null) ? null : made.join(' ') + list.replaceAll(/[^\n]/g, '');
}

/** Source map that says: each line is the line of the original. */
function lineMap(path: string, original: string): string {
  const mappings = original
    .split('\n')
    .map((_line, index) => (index === 0 ? 'AAAA' : 'AACA'))
    .join(';');
  const map = { version: 3, sources: [path], sourcesContent: [original], names: [], mappings };
  return `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
}

/**
 * Codes and states as numbers in what is built. A table of constants is an object, and no minifier looks into it: in a
 * small page they were a twentieth.
 */
export const constantsAsNumbers: Plugin = {
  name: 'constants-as-numbers',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
      const original = readFileSync(path, 'utf8');
      const text = withNumbers(original);
      return { contents: text === original ? text : text + lineMap(path, original), loader: 'ts' };
    });
  },
};
