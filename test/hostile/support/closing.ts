import type { Lab } from '../../conformance/support/lab.js';
import { Life } from './life.js';

type Connection = Life['a']['connection'];
type Channel = ReturnType<Life['a']['channel']>;

export const ENDINGS = ['close', 'destroy', 'initialize', 'closeChannels'] as const;
export type Ending = (typeof ENDINGS)[number];

/** Every signal, and whom it comes to in a `Life`; with a label: a signal of that channel. */
export const OCCASIONS: readonly (readonly [signal: string, peer: 'a' | 'b', label?: string])[] = [
  ['negotiation_needed', 'a'],
  ['session_description_created', 'a'],
  ['session_description_created', 'b'],
  ['signaling_state_changed', 'a'],
  ['signaling_state_changed', 'b'],
  ['connection_state_changed', 'a'],
  ['gathering_state_changed', 'a'],
  ['ice_gathering_completed', 'a'],
  ['ice_connection_state_changed', 'b'],
  ['ice_candidate_created', 'a'],
  ['connected', 'a'],
  ['connected', 'b'],
  ['data_channel_received', 'b'],
  ['error_occurred', 'b'],
  ['disconnected', 'b'],
  ['opened', 'a', 'game'],
  ['opened', 'b', 'game'],
  ['packet_received', 'a', 'game'],
  ['packet_received', 'b', 'game'],
  ['closed', 'a', 'flood'],
  ['closed', 'b', 'flood'],
];

/** Frames after the end in which nothing may come. */
const FRAMES_AFTER = 15;

export interface ClosingResult {
  /** Signals of the connection and its channels that came afterwards. */
  readonly late: string[];
  /** Codes that the polls of the connection gave, each once. */
  readonly codes: number[];
  readonly state: number;
  /** States of the channels it had. */
  readonly channels: number[];
}

/** Ends a connection, or its channels, inside a listener, and looks at what comes afterwards. */
export async function endInListener(
  lab: Lab,
  ending: Ending,
  occasion: (typeof OCCASIONS)[number],
): Promise<ClosingResult> {
  const [signal, who, label] = occasion;
  const life = new Life(lab);
  const peer = life[who];
  const { connection } = peer;
  const seen = { late: [] as string[], codes: new Set<number>(), channels: [] as Channel[], sprung: false };
  recordPolls(connection, seen.codes);
  const note = (name: string): void => {
    if (seen.sprung) seen.late.push(name);
  };
  const spring = (): void => {
    if (seen.sprung) return;
    seen.channels = [...connection.getDataChannels()];
    if (ending !== 'closeChannels') life.deaf.add(who);
    end(lab, connection, ending);
    seen.sprung = true;
  };
  const watch = (channel: Channel): void => {
    watchAll(channel, (name) => note(seen.channels.includes(channel) ? `${name} of a closed channel` : name));
    if (channel.getLabel() === label) channel.connect(signal as 'opened', spring);
  };
  watchAll(connection, note);
  for (const channel of peer.channels.values()) watch(channel);
  connection.data_channel_received.connect(watch);
  if (label === undefined) connection.connect(signal as 'connected', spring);
  life.offer();
  await life.until(() => seen.sprung);
  for (let i = 0; i < FRAMES_AFTER; i += 1) await life.frame();
  if (ending === 'closeChannels')
    await life.until(() => seen.channels.every((channel) => channel.getReadyState() === 3));
  const channels = seen.channels.map((channel) => channel.getReadyState());
  return { late: seen.late, codes: [...seen.codes], state: connection.getConnectionState(), channels };
}

function end(lab: Lab, connection: Connection, ending: Ending): void {
  if (ending === 'close') connection.close();
  if (ending === 'destroy') connection.destroy();
  if (ending === 'initialize') connection.initialize(lab.configuration);
  if (ending === 'closeChannels') for (const channel of connection.getDataChannels()) channel.close();
}

function watchAll(source: Connection | Channel, note: (name: string) => void): void {
  for (const name of source.getSignalList()) (source as Connection).connect(name as 'connected', () => note(name));
}

function recordPolls(connection: Connection, codes: Set<number>): void {
  const poll = connection.poll.bind(connection);
  connection.poll = () => {
    const code = poll();
    codes.add(code);
    return code;
  };
}
