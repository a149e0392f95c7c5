/** How loud something is, and whether somebody speaks. */

const SAMPLES = 1024;
/** Between words nobody falls silent. */
const HOLD_MS = 400;

export class LevelMeter {
  readonly #node: AnalyserNode;
  readonly #samples = new Float32Array(SAMPLES);
  readonly #threshold: number;
  #level = 0;
  #loudAt = Number.NEGATIVE_INFINITY;
  #isSpeaking = false;

  constructor(context: AudioContext, source: AudioNode, threshold: number) {
    this.#node = new AnalyserNode(context, { fftSize: SAMPLES, smoothingTimeConstant: 0 });
    this.#threshold = threshold;
    source.connect(this.#node);
  }

  /** From 0 to 1: the root of the mean square of what was heard last. */
  get level(): number {
    return this.#level;
  }

  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }

  /** Listens once. True when somebody began to speak or fell silent. */
  update(nowMs: number): boolean {
    this.#node.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    this.#level = Math.min(1, Math.sqrt(sum / SAMPLES));
    if (this.#level >= this.#threshold) this.#loudAt = nowMs;
    return this.#turn(nowMs - this.#loudAt < HOLD_MS);
  }

  /** True when that is news. */
  silence(): boolean {
    this.#level = 0;
    this.#loudAt = Number.NEGATIVE_INFINITY;
    return this.#turn(false);
  }

  dispose(): void {
    this.#node.disconnect();
  }

  #turn(isSpeaking: boolean): boolean {
    const isNews = isSpeaking !== this.#isSpeaking;
    this.#isSpeaking = isSpeaking;
    return isNews;
  }
}
