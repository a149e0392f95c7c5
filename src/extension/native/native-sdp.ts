/** The sections of sound and pictures in what the native library writes, made to say what is really sent and taken. */

export interface SectionPlan {
  readonly direction: 'sendonly' | 'recvonly' | 'inactive';
  /** What is sent: the streams that it is in, and the id of the track. */
  readonly streams?: readonly string[];
  readonly track?: string;
}

/** The codec that is passed on, by the kind of the section: the one that every browser has. */
const CODECS = { audio: /^opus\/48000/i, video: /^VP8\/90000/i } as const;

/**
 * The library claims to answer these, and nobody does: a browser that believes it sends next to nothing. Of sound nothing
 * is sent again. One track is one source, so that what a browser could send in several sizes comes in one.
 */
const UNKEPT = {
  audio: /^a=(?:rtcp-fb:|extmap:\S+ .*transport-wide-cc)/,
  video:
    /^a=(?:rtcp-fb:\S+ (?:transport-cc|ccm (?!fir))|extmap:\S+ .*(?:transport-wide-cc|rtp-stream-id)|rid:|simulcast:)/,
} as const;

/** `planOf` tells of a section, by its mid; undefined leaves it as it is. */
export function withPlans(sdp: string, planOf: (mid: string, kind: 'audio' | 'video') => SectionPlan): string {
  const [session = '', ...sections] = sdp.split(/^(?=m=)/m);
  const planned = sections.map((section) => {
    const kind = /^m=(audio|video) /.exec(section)?.[1] as 'audio' | 'video' | undefined;
    if (kind === undefined) return section;
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1] ?? '';
    return planSection(section, kind, planOf(mid, kind));
  });
  return session + planned.join('');
}

/** The payload type of the codec that is passed on; -1 when the section has none. */
export function payloadTypeOf(section: string, kind: 'audio' | 'video'): number {
  for (const [, type, name] of section.matchAll(/^a=rtpmap:(\d{1,3}) (\S+)/gm)) {
    if (CODECS[kind].test(name as string)) return Number(type);
  }
  return -1;
}

/** Where the header of packets tells how loud they are; 0 when nothing does. */
export function levelExtensionOf(section: string): number {
  return Number(/^a=extmap:(\d{1,3})\S* urn:ietf:params:rtp-hdrext:ssrc-audio-level/m.exec(section)?.[1] ?? 0);
}

export function sectionOf(sdp: string, mid: string): string {
  return sdp.split(/^(?=m=)/m).find((section) => section.split(/\r?\n/).includes(`a=mid:${mid}`)) ?? '';
}

function planSection(section: string, kind: 'audio' | 'video', plan: SectionPlan): string {
  const type = payloadTypeOf(section, kind);
  // Nothing in it could be passed on.
  const direction = type < 0 ? 'inactive' : plan.direction;
  const { streams = [], track } = plan;
  const isSending = direction === 'sendonly';
  const lines = section.split(/\r\n|\n/).filter((line) => {
    const [, of] = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+)/.exec(line) ?? [];
    if (type >= 0 && of !== undefined && Number(of) !== type) return false;
    // What names the sender is that of the other side, which the library has copied.
    if (/^a=(?:msid:|ssrc:\d+ msid:)/.test(line) || (!isSending && line.startsWith('a=ssrc'))) return false;
    return !UNKEPT[kind].test(line);
  });
  const named = isSending ? (streams.length === 0 ? ['-'] : streams).map((name) => `a=msid:${name} ${track}`) : [];
  return lines
    .flatMap((line) => {
      if (/^a=(?:sendrecv|sendonly|recvonly|inactive)$/.test(line)) return [`a=${direction}`, ...named];
      return type >= 0 && line.startsWith('m=') ? [line.replace(/^(m=\S+ \d+ \S+) .*/, `$1 ${type}`)] : [line];
    })
    .join('\r\n');
}
