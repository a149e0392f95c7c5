import { readFileSync } from 'node:fs';
import { innermost } from '../../tools/packets/packet-content.js';
import { type DecodedPacket, PacketDecoder } from '../../tools/packets/packet-decoder.js';
import { sharesOf } from '../../tools/packets/packet-objects.js';
import { PacketSummary } from '../../tools/packets/packet-summary.js';
import { type RecordedPackets, RecordingError, readRecording } from '../../tools/packets/recording-file.js';
import { plain } from '../../tools/packets/show-content.js';
import { showPacket } from '../../tools/packets/show-packet.js';
import { ExitCode } from '../exit-code.js';
import { INSPECT_HELP, type InspectOptions, readInspectOptions } from './inspect-options.js';
import { packetAsJson } from './packet-json.js';

const SUMMARY = 'shows recorded packets as text: names, arguments, sizes';
/** The descriptor of the standard input. */
const STDIN = 0;

async function run(args: readonly string[]): Promise<ExitCode> {
  const options = readInspectOptions(args);
  if (options === null) {
    process.stdout.write(INSPECT_HELP);
    return ExitCode.OK;
  }
  const recording = open(options.file);
  if (typeof recording === 'string') {
    process.stderr.write(`${recording}\n`);
    return ExitCode.FAILED;
  }
  const { badLines = 0, dropped } = recording;
  if (badLines > 0) process.stderr.write(`${badLines} damaged lines were passed over\n`);
  if (dropped > 0) process.stderr.write(`${dropped} earlier packets had no room in the recording\n`);
  await print(linesFor(recording, options));
  return ExitCode.OK;
}

/** What is wrong, in words, when it is no recording. */
function open(file: string): RecordedPackets | string {
  try {
    return readRecording(readFileSync(file === '-' ? STDIN : file, 'utf8'));
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return thrown instanceof RecordingError ? `${file}: ${text}` : `${file} can't be read: ${text}`;
  }
}

/** All packets are decoded, whatever was asked for: later ones may speak in names that earlier ones told. */
function* linesFor(recording: RecordedPackets, options: InspectOptions): Iterable<string> {
  const decoder = new PacketDecoder(recording.self, recording.names);
  const summary = new PacketSummary();
  if (options.form === 'lines') yield plain(`peer ${recording.self}, ${recording.began}`);
  for (const record of recording.packets) {
    const packet = decoder.decode(record);
    if (!isWanted(packet, options)) continue;
    if (options.form === 'summary') summary.add(packet);
    else yield options.form === 'json' ? packetAsJson(packet) : showPacket(packet);
  }
  if (options.form === 'summary') yield summary.toText(options.rows);
}

function isWanted(packet: DecodedPacket, { peers, kinds, object }: InspectOptions): boolean {
  const { content, peer, speaker, size } = packet;
  if (peers.length > 0 && !peers.some((wanted) => wanted === peer || wanted === speaker)) return false;
  if (kinds.length > 0 && !kinds.includes(content.kind) && !kinds.includes(innermost(content).kind)) return false;
  return object === '' || sharesOf(content, size).some((share) => share.object.includes(object));
}

/** Waits for slow readers, and stops for those that have gone, as `head` does. */
async function print(lines: Iterable<string>): Promise<void> {
  const { stdout } = process;
  let isOpen = true;
  let wake = (): void => {};
  const close = (): void => {
    isOpen = false;
    wake();
  };
  stdout.on('error', close);
  stdout.on('drain', () => wake());
  for (const line of lines) {
    if (!isOpen) return;
    const isFull = !stdout.write(`${line}\n`);
    if (isFull && isOpen) await new Promise<void>((resolve) => (wake = resolve));
  }
}

export const inspectCommand: { summary: string; run: typeof run } = { summary: SUMMARY, run };
