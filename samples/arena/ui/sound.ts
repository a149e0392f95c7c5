import type { Arena } from '../game/arena.js';
import type { Kart } from '../game/kart.js';
import type { Show } from '../show/show.js';

/** Sounds are made, not loaded. Off until the player switches them on, which browsers want anyway. */
export class Sound<N extends object> {
  readonly #show: Show<N>;
  #context: AudioContext | null = null;
  #noise: AudioBuffer | null = null;
  #engine: { readonly tone: OscillatorNode; readonly volume: GainNode } | null = null;

  constructor(arena: Arena<N>, show: Show<N>) {
    this.#show = show;
    arena.shot_added.connect(({ kart }) => this.#beep(kart, 620, 180, 0.12, 'square', 0.12));
    arena.hit.connect((victim) => this.#burst(victim, 0.12, 2400, 0.3));
    arena.kart_wrecked.connect((kart) => {
      this.#burst(kart, 0.7, 700, 0.9);
      this.#beep(kart, 160, 40, 0.6, 'sawtooth', 0.4);
    });
  }

  get isOn(): boolean {
    return this.#context?.state === 'running';
  }

  async toggle(): Promise<void> {
    this.#context ??= this.#begin();
    await (this.isOn ? this.#context.suspend() : this.#context.resume());
  }

  /** Once per frame: the engine of one's own kart. */
  update(mine: Kart | undefined): void {
    if (!this.isOn || this.#engine === null || this.#context === null) return;
    const now = this.#context.currentTime;
    const speed = mine?.isAlive ? Math.abs(this.#show.motionOf(mine).speed) : 0;
    this.#engine.tone.frequency.setTargetAtTime(46 + speed * 5.5, now, 0.06);
    this.#engine.volume.gain.setTargetAtTime(mine?.isAlive ? 0.05 + speed * 0.002 : 0, now, 0.1);
  }

  #begin(): AudioContext {
    const context = new AudioContext();
    const noise = context.createBuffer(1, context.sampleRate, context.sampleRate);
    const samples = noise.getChannelData(0);
    for (let at = 0; at < samples.length; at += 1) samples[at] = Math.random() * 2 - 1;
    this.#noise = noise;
    const tone = new OscillatorNode(context, { type: 'sawtooth', frequency: 46 });
    const volume = new GainNode(context, { gain: 0 });
    tone
      .connect(new BiquadFilterNode(context, { frequency: 420 }))
      .connect(volume)
      .connect(context.destination);
    tone.start();
    this.#engine = { tone, volume };
    return context;
  }

  /** What is far away is quiet. */
  #loudness(kart: Kart): number {
    const { eye } = this.#show.camera;
    return 1 / (1 + Math.hypot(kart.x - eye.x, kart.z - eye.z) * 0.12);
  }

  #beep(at: Kart, from: number, to: number, seconds: number, type: OscillatorType, volume: number): void {
    if (!this.isOn || this.#context === null) return;
    const now = this.#context.currentTime;
    const tone = new OscillatorNode(this.#context, { type, frequency: from });
    tone.frequency.exponentialRampToValueAtTime(to, now + seconds);
    tone.connect(this.#fade(volume * this.#loudness(at), seconds));
    tone.start(now);
    tone.stop(now + seconds);
  }

  #burst(at: Kart, seconds: number, frequency: number, volume: number): void {
    if (!this.isOn || this.#context === null) return;
    const source = new AudioBufferSourceNode(this.#context, { buffer: this.#noise });
    const filter = new BiquadFilterNode(this.#context, { frequency });
    source.connect(filter).connect(this.#fade(volume * this.#loudness(at), seconds));
    source.start(0, Math.random() * 0.2, seconds);
  }

  #fade(volume: number, seconds: number): GainNode {
    const context = this.#context as AudioContext;
    const gain = new GainNode(context, { gain: volume });
    gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + seconds);
    gain.connect(context.destination);
    return gain;
  }
}
