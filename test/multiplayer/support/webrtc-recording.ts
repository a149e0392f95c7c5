import { type Step, scenarios } from './godot-vectors.js';

/** What a recording is about, by what its steps hold. */
export type RecordingKind = 'configurations' | 'calls' | 'channels' | 'order' | 'end' | 'scene' | 'bare peer';

export interface WebRTCRecording {
  readonly name: string;
  readonly description: string;
  readonly log: readonly Step[];
}

const has = (log: readonly Step[], member: string): boolean => log.some((step) => step[member] !== undefined);

function kindOf(log: readonly Step[]): RecordingKind | null {
  if (has(log, 'channels_config')) return 'configurations';
  if (has(log, 'call')) return 'calls';
  if (has(log, 'label')) return 'channels';
  if (log.some(({ who }) => typeof who === 'number')) return 'order';
  if (has(log, 'action')) return 'end';
  if (has(log, 'events')) return 'scene';
  return log.some(({ who }) => who === 'bare') ? 'bare peer' : null;
}

/** Recordings of one kind, by their names. */
export function recordingsOf(kind: RecordingKind | null): [string, WebRTCRecording][] {
  const found = scenarios.filter(({ log }) => kindOf(log) === kind);
  return found.map((one) => [one.name, { name: one.name, description: one.description ?? '', log: one.log }]);
}

/** Extra channels that both sides were made with: their modes, as far as the steps tell. */
export function channelsIn(log: readonly Step[]): (0 | 1 | 2)[] {
  const read = log.filter(({ packet_from, count }) => packet_from !== undefined || count !== undefined);
  const labels = log.filter(({ who, label, id }) => who === 'server' && label !== undefined && Number(id) > 3);
  const used = Math.max(0, ...read.map(({ channel }) => Number(channel)));
  return Array.from({ length: Math.max(labels.length, used) }, (_, index) => {
    const mode = read.find(({ channel }) => channel === index + 1)?.['mode'];
    if (mode !== undefined) return mode as 0 | 1 | 2;
    return labels[index]?.['ordered'] === false ? 0 : 2;
  });
}

/** Ids of clients in the order in which they were added. */
export function clientsIn({ log, description }: WebRTCRecording): number[] {
  const told = /order (\d+(?:, \d+)+)/.exec(description)?.[1];
  if (told !== undefined) return told.split(', ').map(Number);
  return [...new Set(log.flatMap(({ who }) => (typeof who === 'number' ? [who] : [])))];
}
