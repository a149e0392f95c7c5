/** A candidate as Godot writes it into `data`: three lines, each behind a newline. */
export interface CandidateData {
  readonly media: string;
  readonly index: number;
  readonly name: string;
}

/** Null when Godot would refuse it: an empty candidate, or one with a newline. A missing media name becomes "0". */
export function writeCandidate({ media, index, name }: CandidateData): string | null {
  const mid = media === '' ? '0' : media;
  return name === '' || /\n/.test(mid + name) ? null : `\n${mid}\n${index}\n${name}`;
}

export function readCandidate(data: string): CandidateData | null {
  const parts = data.split('\n').filter((part) => part !== '');
  const [media, index, name] = parts;
  if (parts.length !== 3 || !/^\d{1,9}$/.test(index!)) return null;
  return { media: media!, index: Number(index), name: name! };
}
