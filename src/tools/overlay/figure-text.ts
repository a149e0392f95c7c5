const KIB = 1024;

/** `812 B`, `4.2 kB`, `1.3 MB`. */
export function showBytes(bytes: number): string {
  if (!(bytes >= 0)) return '–';
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 1000 * KIB) return `${short(bytes / KIB)} kB`;
  return `${short(bytes / KIB / KIB)} MB`;
}

export const showRate = (bytesPerSecond: number): string => `${showBytes(bytesPerSecond)}/s`;

export const showMs = (ms: number): string => (ms >= 0 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : '–');

/** A share from 0 to 1. */
export const showShare = (share: number): string =>
  share >= 0 ? `${share > 0 && share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)} %` : '–';

const short = (value: number): string => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
