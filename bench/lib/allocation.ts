import { type HeapProfiler, Session } from 'node:inspector';

/** Of so many bytes about one is looked at: enough for a few percent over some hundred frames. */
const SAMPLING_BYTES = 256;

/**
 * What it allocates, in bytes, collected meanwhile or not. Asked of the engine's profiler: the growth of the heap is made
 * of collections and compilations as well.
 */
export function allocatedBy(run: () => void): number {
  const session = new Session();
  session.connect();
  session.post('HeapProfiler.enable');
  session.post('HeapProfiler.startSampling', {
    samplingInterval: SAMPLING_BYTES,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as HeapProfiler.StartSamplingParameterType);
  run();
  let bytes = Number.NaN;
  // Answered before it returns.
  session.post('HeapProfiler.stopSampling', (_error, { profile }) => {
    bytes = bytesBelow(profile.head);
  });
  session.disconnect();
  return bytes;
}

/** Without what the asking itself took. */
function bytesBelow(node: HeapProfiler.SamplingHeapProfileNode): number {
  if (node.callFrame.url === 'node:inspector') return 0;
  return node.children.reduce((sum, child) => sum + bytesBelow(child), node.selfSize);
}
