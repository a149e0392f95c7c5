import { vi } from 'vitest';

/** What a page has of devices and Web Audio, as far as `Voice` and `Screens` use it; nothing sounds. */

export class FakeTrack {
  readonly id: string;
  readonly kind: string;
  label: string;
  enabled = true;
  isLive = true;
  onended: (() => void) | null = null;

  constructor(kind: 'audio' | 'video', id: string) {
    this.kind = kind;
    this.id = id;
    this.label = id;
  }

  stop(): void {
    this.isLive = false;
  }

  getSettings(): object {
    return { deviceId: this.id };
  }

  /** As a page sees it. */
  get source(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

class FakeStream {
  readonly #tracks: readonly FakeTrack[];

  constructor(tracks: readonly FakeTrack[] = []) {
    this.#tracks = tracks;
  }

  getTracks(): readonly FakeTrack[] {
    return this.#tracks;
  }

  getAudioTracks(): readonly FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === 'audio');
  }

  getVideoTracks(): readonly FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === 'video');
  }
}

class FakeNode {
  /** Of all of them, how loud what goes through is. */
  static level = 0;
  readonly gain = { value: 1, setTargetAtTime: (): void => {} };
  readonly frequency = this.gain;
  connect(to: unknown): unknown {
    return to;
  }
  disconnect(): void {}
  getFloatTimeDomainData(samples: Float32Array): void {
    samples.fill(FakeNode.level);
  }
}

class FakeElement {
  play(): Promise<void> {
    return Promise.resolve();
  }
  pause(): void {}
}

/** A player who is asked: the answers are given by hand. */
export class FakeDevices {
  /** What was asked for, and not answered yet. */
  readonly prompts: PromiseWithResolvers<FakeStream>[] = [];
  /** How often the player was asked. */
  asked = 0;
  /** A sound that Web Audio does not take. */
  refusesSound = false;
  readonly context = {
    state: 'running',
    currentTime: 0,
    destination: new FakeNode(),
    createMediaStreamSource: (): FakeNode => {
      if (this.refusesSound) throw new DOMException('another sample rate', 'NotSupportedError');
      return new FakeNode();
    },
  } as unknown as AudioContext;

  constructor() {
    const ask = (): Promise<FakeStream> => {
      this.asked += 1;
      const prompt = withResolvers<FakeStream>();
      this.prompts.push(prompt);
      return prompt.promise;
    };
    const mediaDevices = { getUserMedia: ask, getDisplayMedia: ask, addEventListener() {}, removeEventListener() {} };
    FakeNode.level = 0;
    vi.stubGlobal('navigator', { mediaDevices });
    vi.stubGlobal('MediaStream', FakeStream);
    vi.stubGlobal('Audio', FakeElement);
    for (const node of ['GainNode', 'AnalyserNode', 'BiquadFilterNode', 'PannerNode']) vi.stubGlobal(node, FakeNode);
  }

  set level(level: number) {
    FakeNode.level = level;
  }

  /** The player says yes to what was asked first. */
  allow(...tracks: readonly FakeTrack[]): void {
    this.prompts.shift()?.resolve(new FakeStream(tracks));
  }

  deny(): void {
    this.prompts.shift()?.reject(new DOMException('no', 'NotAllowedError'));
  }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}
