/** What a description says about the tracks of its sections, and how to say it with other names. */

/** As the specification of msid has it; what is longer or has other letters is no name. */
const STREAM_NAME = /^[\w!#$%&'*+.^`{|}~-]{1,64}$/;
/** Streams that one track may be in: a stranger decides how many there are. */
const MAX_STREAMS = 8;

/** Sections on which a server passes on what others send; nothing goes the other way. */
export const isForwardMid = (mid: string | null): boolean => mid !== null && /^fwd\d+$/.test(mid);
/**
 * The stream of such a section while nobody is on it. It could be called inactive; but Chromium, which is then told of the
 * same source again, plays nothing of it.
 */
export const NOBODYS_STREAM = 'nobody';
export const forwardMid = (number: number): string => `fwd${number}`;

export interface MediaSection {
  readonly mid: string;
  readonly kind: string;
  /** Whether who wrote it sends; false as well for a section that was refused. */
  readonly sends: boolean;
  readonly streams: readonly (string | null)[];
}

export function isStreamName(name: unknown): name is string {
  return typeof name === 'string' && name !== '-' && STREAM_NAME.test(name);
}

/** Sections of sound and pictures. */
export function readMediaSections(sdp: string): readonly MediaSection[] {
  return splitSections(sdp).slice(1).flatMap(readSection);
}

/** What a section says of the track that is sent with it. */
export interface NamedTrack {
  readonly id: string;
  readonly streams: readonly string[];
}

/** The description with other names in some sections of sound and pictures. */
export function withStreams(sdp: string, trackOf: (mid: string, sends: boolean) => NamedTrack | undefined): string {
  const rename = (section: string): string => {
    const [described] = readSection(section);
    const track = described === undefined ? undefined : trackOf(described.mid, described.sends);
    return track === undefined ? section : renameStreams(section, track);
  };
  const [session = '', ...sections] = splitSections(sdp);
  return session + sections.map(rename).join('');
}

/** Whether the section is not used: port 0, which one that shares the port of another has in an offer, too. */
export function isRefused(section: string): boolean {
  return /^m=\S+ 0 /.test(section) && !/^a=bundle-only\r?$/m.test(section);
}

function readSection(section: string): MediaSection[] {
  const [, kind] = /^m=(audio|video) /.exec(section) ?? [];
  if (kind === undefined) return [];
  const streams = [...section.matchAll(/^a=msid:(\S+)/gm)].slice(0, MAX_STREAMS).map(([, name]) => name as string);
  const mid = midOf(section);
  const isNobodys = isForwardMid(mid) && streams.includes(NOBODYS_STREAM);
  return [
    {
      mid,
      kind,
      sends: !isNobodys && !isRefused(section) && !/^a=(?:recvonly|inactive)\r?$/m.test(section),
      streams: streams.map((name) => (isStreamName(name) ? name : null)),
    },
  ];
}

function renameStreams(section: string, { id, streams }: NamedTrack): string {
  // Some browsers name the streams once more for each source, for readers older than this library.
  const bare = section.replace(/^a=(?:msid:|ssrc:\d+ msid:).*\r?\n/gm, '');
  const names = streams.length === 0 ? ['-'] : streams;
  const lines = names.map((name) => `a=msid:${name} ${id}\r\n`).join('');
  return bare.replace(/^(?=a=(?:sendrecv|sendonly|recvonly|inactive)\b)/m, lines);
}

const splitSections = (sdp: string): string[] => sdp.split(/^(?=m=)/m);
const midOf = (section: string): string => /^a=mid:(\S+)/m.exec(section)?.[1] ?? '';
