import type { LobbyReason } from '../protocol/lobby-reason.js';

type Labels = { readonly [label: string]: string };

const counters = {
  sockets_opened_total: 'WebSockets that were accepted.',
  sockets_refused_total: 'WebSockets that were turned away, by reason.',
  sockets_closed_total: 'WebSockets that ended, by close code.',
  messages_received_total: 'Messages from clients, by type.',
  messages_sent_total: 'Messages to clients.',
  messages_relayed_total: 'Messages from member to member, by where they went.',
  messages_dropped_total: 'Messages from member to member that had nowhere to go, by reason.',
  messages_invalid_total: 'Frames that were no message.',
  rooms_created_total: 'Rooms that were created here.',
  joins_total: 'Seats that were taken here.',
  resumes_total: 'Seats that got a new connection here.',
  refusals_total: 'Requests that were refused, by reason.',
  throttled_total: 'How often a client had to wait because it sent too much.',
  kicks_total: 'Members that were put out.',
  store_failures_total: 'How often the store could not be reached.',
} as const;
export type CounterName = keyof typeof counters;

const PREFIX = 'scenewire_lobby_';

/** What happened, in numbers, and as text in the format of Prometheus. */
export class LobbyMetrics {
  /** By name, then by labels. */
  readonly #counts = new Map<string, Map<string, number>>();

  constructor() {
    for (const name of Object.keys(counters)) this.#counts.set(name, new Map());
  }

  count(name: CounterName, labels: Labels = {}, by = 1): void {
    const values = this.#counts.get(name)!;
    const key = labelText(labels);
    values.set(key, (values.get(key) ?? 0) + by);
  }

  refused(reason: LobbyReason): void {
    this.count('refusals_total', { reason });
  }

  relayed(where: 'local' | 'remote'): void {
    this.count('messages_relayed_total', { where });
  }

  dropped(reason: 'nobody' | 'away' | 'forbidden' | 'unavailable'): void {
    this.count('messages_dropped_total', { reason });
  }

  /** The sum over all labels. */
  total(name: CounterName): number {
    let sum = 0;
    for (const value of this.#counts.get(name)!.values()) sum += value;
    return sum;
  }

  /** With gauges, which are read where they are kept. */
  text(gauges: readonly { readonly name: string; readonly help: string; readonly value: number }[]): string {
    const lines: string[] = [];
    for (const [name, values] of this.#counts) {
      lines.push(`# HELP ${PREFIX}${name} ${counters[name as CounterName]}`, `# TYPE ${PREFIX}${name} counter`);
      if (values.size === 0) lines.push(`${PREFIX}${name} 0`);
      for (const [labels, value] of values) lines.push(`${PREFIX}${name}${labels} ${value}`);
    }
    for (const { name, help, value } of gauges) {
      lines.push(`# HELP ${PREFIX}${name} ${help}`, `# TYPE ${PREFIX}${name} gauge`, `${PREFIX}${name} ${value}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

/** Labels are words of ours, so that they need no escaping and there is a bounded number of them. */
function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
