import type { Lab } from '../../conformance/support/lab.js';
import { Life } from './life.js';

type Connection = Life['a']['connection'];
type Source = Connection | ReturnType<Life['a']['channel']>;

export interface ThrowingResult {
  /** Per signal: how often it came, and how many of its two throws were reported each time. */
  readonly signals: Record<string, { came: number; asSignal: number; asEvent: number }>;
  readonly otherErrors: string[];
  readonly states: number[];
}

/** Lives a whole life with two throwing listeners on every signal, one of each kind, and a quiet one behind them. */
export async function throwInEverySignal(lab: Lab): Promise<ThrowingResult> {
  const life = new Life(lab);
  const came: Record<string, number> = {};
  const sabotage = (source: Source): void => {
    for (const name of source.getSignalList()) {
      const listen = (listener: () => void): unknown => (source as Connection).connect(name as 'connected', listener);
      listen(() => {
        throw new Error(`signal ${name}`);
      });
      (source as Connection).addEventListener(name as 'connected', () => {
        throw new Error(`event ${name}`);
      });
      listen(() => {
        came[name] = (came[name] ?? 0) + 1;
      });
    }
  };
  for (const channel of life.a.channels.values()) sabotage(channel);
  life.b.connection.data_channel_received.connect(sabotage);
  sabotage(life.a.connection);
  sabotage(life.b.connection);
  life.offer();
  await life.until(() => life.isOver);
  return sum(lab.errors, came, [life.a.connection.getConnectionState(), life.b.connection.getConnectionState()]);
}

function sum(errors: readonly string[], came: Readonly<Record<string, number>>, states: number[]): ThrowingResult {
  const count = (text: string): number => errors.filter((error) => error === text).length;
  const signals = Object.entries(came).map(([name, times]) => [
    name,
    {
      came: times,
      asSignal: count(`A listener of signal ${name} threw`),
      asEvent: count(`A listener of event ${name} threw`),
    },
  ]);
  const otherErrors = errors.filter((error) => !/^A listener of (signal|event) \w+ threw$/.test(error));
  return { signals: Object.fromEntries(signals), otherErrors, states };
}
