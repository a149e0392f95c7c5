import type { Room, RoomSettings, Seat } from '../room/room.js';
import { type Commit, listedRoom } from '../store/lobby-store.js';
import { writeMail } from './store-mail.js';

type Arguments = readonly (string | number)[];

const stampOf = ({ settings, version }: Room): string => `${settings.nonce} ${version}`;
const listedText = (room: Room): string => (room.settings.public ? JSON.stringify(listedRoom(room)) : '');
const deadlineText = (deadline: number): string => (Number.isFinite(deadline) ? String(deadline) : '');
const processesOf = (room: Room | null): Set<string> => new Set([...(room?.seats.values() ?? [])].map(({ at }) => at));
const counted = (names: readonly string[]): Arguments => [names.length, ...names];

const seatArguments = (seats: Iterable<Seat>): Arguments => {
  const all = [...seats];
  return [all.length, ...all.flatMap((seat) => [seat.id, JSON.stringify(seat)])];
};

/** Of COMMIT, for a room that is new. Nobody else has seats in it. */
export function createArguments(room: Room, maxRooms: number): Arguments {
  const { name, createdAt } = room.settings;
  return [
    name,
    '',
    stampOf(room),
    JSON.stringify(room.settings),
    createdAt,
    maxRooms,
    ...seatArguments(room.seats.values()),
    listedText(room),
    '',
    ...counted([...processesOf(room)]),
    ...counted([]),
    '',
    ...counted([]),
  ];
}

/** Of COMMIT. Told are the processes with seats before or after, except the one that does it. */
export function commitArguments({ before, after, change, deadline }: Commit, process: string): Arguments {
  const { name, createdAt, nonce } = before.settings;
  const [were, are] = [processesOf(before), processesOf(after)];
  const told = [...new Set([...were, ...are])].filter((other) => other !== process);
  const version = before.version + 1;
  const mail = told.length === 0 ? '' : writeMail({ kind: 'change', name, nonce, version, change });
  return [
    name,
    stampOf(before),
    after === null ? '' : stampOf(after),
    change.settings === null ? '' : JSON.stringify(change.settings),
    createdAt,
    0,
    change.seats.length,
    ...change.seats.flatMap(({ id, seat }) => [id, seat === null ? '' : JSON.stringify(seat)]),
    after === null ? '' : listedText(after),
    deadlineText(deadline),
    ...counted([...are].filter((other) => !were.has(other))),
    ...counted([...were].filter((other) => !are.has(other))),
    mail,
    ...counted(told),
  ];
}

/** Of RESTORE. The others may have an older version, and load this one. */
export function restoreArguments(room: Room, deadline: number, process: string): Arguments {
  const { name, nonce, createdAt } = room.settings;
  const processes = [...processesOf(room)];
  return [
    process,
    name,
    nonce,
    room.version,
    JSON.stringify(room.settings),
    createdAt,
    ...seatArguments(room.seats.values()),
    listedText(room),
    deadlineText(deadline),
    ...counted(processes),
    ...counted([]),
    writeMail({ kind: 'outdated', name }),
    ...counted(processes.filter((other) => other !== process)),
  ];
}

/** What HGETALL gave: names and values by turns. */
export function readRoom(fields: unknown): Room | null {
  const list = fields as readonly string[];
  const byName = new Map<string, string>();
  for (let i = 0; i + 1 < list.length; i += 2) byName.set(list[i]!, list[i + 1]!);
  const [stamp, settings] = [byName.get('stamp'), byName.get('settings')];
  if (stamp === undefined || settings === undefined) return null;
  byName.delete('stamp');
  byName.delete('settings');
  const seats = [...byName.values()].map((text) => JSON.parse(text) as Seat).sort((a, b) => a.order - b.order);
  return {
    settings: JSON.parse(settings) as RoomSettings,
    version: Number(stamp.split(' ')[1]),
    seats: new Map(seats.map((seat) => [seat.id, seat])),
  };
}
