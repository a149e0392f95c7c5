import { createHmac, randomBytes } from 'node:crypto';
import { getLogger, LogLevel } from '../../core/log.js';

export type LogFields = { readonly [name: string]: string | number | boolean };

export interface LogEntry extends LogFields {
  /** ISO 8601. */
  readonly time: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
}

/** Where entries go. Must not throw. */
export type LobbyLogSink = (entry: LogEntry) => void;

const TAG_LENGTH = 10;
const logger = getLogger('lobby');
const levels = { debug: LogLevel.DEBUG, info: LogLevel.INFO, warn: LogLevel.WARN, error: LogLevel.ERROR } as const;

const toLogger: LobbyLogSink = ({ time: _, level, event, ...fields }) => {
  const text = [event, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(' ');
  if (levels[level] === LogLevel.ERROR) logger.error(text);
  else logger[level](text);
};

/**
 * What happens in the lobby, one entry per step of a connection or room. Passwords, tokens, descriptions and candidates
 * never get here. Who knows a room's name can join it, and an address belongs to a person: unless `showNames` is set,
 * both are replaced by tags that are the same for the same name while the process runs.
 */
export class LobbyLog {
  readonly #sink: LobbyLogSink;
  readonly #level: number;
  readonly #showNames: boolean;
  readonly #key = randomBytes(16);

  constructor(sink: LobbyLogSink = toLogger, level: LogEntry['level'] = 'info', showNames = false) {
    this.#sink = sink;
    this.#level = levels[level];
    this.#showNames = showNames;
  }

  tag(name: string): string {
    if (this.#showNames) return name;
    return createHmac('sha256', this.#key).update(name).digest('base64url').slice(0, TAG_LENGTH);
  }

  write(level: LogEntry['level'], event: string, fields: LogFields = {}): void {
    if (levels[level] < this.#level) return;
    try {
      this.#sink({ time: new Date().toISOString(), level, event, ...fields });
    } catch {
      // There is nowhere left to say so.
    }
  }
}
