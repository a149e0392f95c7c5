import { parseArgs } from 'node:util';
import { PACKET_KINDS, type PacketKind } from '../../tools/packets/packet-content.js';
import { UsageError } from '../exit-code.js';

/** What was asked for. */
export interface InspectOptions {
  /** `-` is the standard input. */
  readonly file: string;
  /** Packets from or to one of these; empty for all. */
  readonly peers: readonly number[];
  readonly kinds: readonly PacketKind[];
  /** Packets about nodes whose paths contain this; empty for all. */
  readonly object: string;
  readonly form: 'lines' | 'summary' | 'json';
  readonly rows: number;
}

const DEFAULT_ROWS = 20;

export const INSPECT_HELP = `Usage: scenewire inspect FILE [options]

Shows a recording of packets as text: who sent what to whom, with names, arguments and sizes. FILE is what
recordPackets(peer).toText() gave; - reads the standard input.

Options:
  --peer N                    packets from or to this peer; may be given several times
  --type KIND[,KIND]          packets of these kinds
  --object TEXT               packets about nodes whose path contains this
  --summary                   totals by kind, peer, object and method instead of the packets
  --rows N                    rows of each table of the summary (${DEFAULT_ROWS})
  --json                      the packets as lines of JSON
  -h, --help                  this text

Kinds: ${PACKET_KINDS.join(', ')}

Exit codes: 0, 1 when FILE can't be read, 2 for options that make no sense.
`;

/** Null when help is asked for. Throws a UsageError. */
export function readInspectOptions(args: readonly string[]): InspectOptions | null {
  const { values, positionals } = parse(args);
  if (values.help === true) return null;
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('Which file? scenewire inspect FILE');
  if (values.json === true && values.summary === true) throw new UsageError('Either --json or --summary');
  return {
    file,
    peers: (values.peer ?? []).map((text) => numberOf('--peer', text, 0)),
    kinds: (values.type ?? []).flatMap((text) => text.split(',')).map(kindOf),
    object: values.object ?? '',
    form: values.json === true ? 'json' : values.summary === true ? 'summary' : 'lines',
    rows: values.rows === undefined ? DEFAULT_ROWS : numberOf('--rows', values.rows, 1),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        peer: { type: 'string', multiple: true },
        type: { type: 'string', multiple: true },
        object: { type: 'string' },
        summary: { type: 'boolean' },
        rows: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function numberOf(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${option} takes a whole number from ${least} on, not ${text}`);
}

function kindOf(text: string): PacketKind {
  const kind = PACKET_KINDS.find((known) => known === text.trim());
  if (kind === undefined) throw new UsageError(`There is no kind ${text}. Kinds: ${PACKET_KINDS.join(', ')}`);
  return kind;
}
