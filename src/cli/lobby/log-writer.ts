import type { LobbyLogSink } from '../../lobby/server/lobby-log.js';
import type { LogForm } from './lobby-configuration.js';

/** Writes one line per entry: JSON for machines, text for people. */
export function logWriter(form: LogForm, write: (line: string) => void): LobbyLogSink {
  if (form === 'none') return () => {};
  if (form === 'json') return (entry) => write(`${JSON.stringify(entry)}\n`);
  return ({ time, level, event, ...fields }) => {
    const values = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`);
    write(`${time.slice(11, 19)} ${level.padEnd(5)} ${event}${values.join('')}\n`);
  };
}
