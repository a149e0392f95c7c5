/** Sound in the pages of tests: what says a tone, and what hears one. */

const FFT_SIZE = 4096;
const RECORDING_MS = 400;

export function toneOf(context: AudioContext, hertz: number): MediaStreamTrack {
  const oscillator = new OscillatorNode(context, { frequency: hertz });
  const destination = context.createMediaStreamDestination();
  oscillator.connect(destination);
  oscillator.start();
  return destination.stream.getAudioTracks()[0] as MediaStreamTrack;
}

/** As it comes, so that a tone stays one. */
export async function microphone(): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  return stream.getAudioTracks()[0] as MediaStreamTrack;
}

/** The loudest frequency of a track; 0 for silence. */
export async function analysedPeak(context: AudioContext, track: MediaStreamTrack): Promise<number> {
  const stream = new MediaStream([track]);
  // Without an element that takes it too, Chromium decodes nothing.
  const element = new Audio();
  element.muted = true;
  element.srcObject = stream;
  void element.play();
  const analyser = new AnalyserNode(context, { fftSize: FFT_SIZE, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(stream).connect(analyser);
  await new Promise((resolve) => setTimeout(resolve, RECORDING_MS));
  const samples = new Float32Array(FFT_SIZE);
  analyser.getFloatTimeDomainData(samples);
  element.srcObject = null;
  return loudestFrequency(samples, context.sampleRate);
}

/** The same without a context that runs: Firefox has none on a machine without sound. */
export async function recordedPeak(track: MediaStreamTrack): Promise<number> {
  const recorder = new MediaRecorder(new MediaStream([track]));
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start();
  await new Promise((resolve) => setTimeout(resolve, RECORDING_MS));
  const stopped = new Promise((resolve) => {
    recorder.onstop = resolve;
  });
  recorder.stop();
  await stopped;
  const offline = new OfflineAudioContext(1, 48_000, 48_000);
  const sound = await offline.decodeAudioData(await new Blob(parts).arrayBuffer());
  const samples = sound.getChannelData(0);
  return loudestFrequency(samples.subarray(Math.max(0, samples.length - FFT_SIZE)), sound.sampleRate);
}

/** By looking for each frequency in turn, which is slow and needs nothing. */
function loudestFrequency(samples: Float32Array, rate: number): number {
  let best = 0;
  let most = 1e-4;
  for (let hertz = 100; hertz <= 3000; hertz += 20) {
    let [cosine, sine] = [0, 0];
    for (let n = 0; n < samples.length; n += 1) {
      const angle = (2 * Math.PI * hertz * n) / rate;
      cosine += (samples[n] as number) * Math.cos(angle);
      sine += (samples[n] as number) * Math.sin(angle);
    }
    const amplitude = Math.hypot(cosine, sine) / samples.length;
    if (amplitude > most) [best, most] = [hertz, amplitude];
  }
  return best;
}
