/** `npm run docs:pictures`: takes the pictures of the docs anew, into docs/images. `npm test` takes them too, and keeps none. */
import { runNode } from './lib/process.js';

/** Areas with tests whose names begin with `pictures`. */
const AREAS = ['samples', 'tools'];

const { code } = await runNode(['scripts/run.mjs', 'test', ...AREAS, '-t', 'pictures'], {
  env: { SCENEWIRE_PICTURES: '1' },
  show: true,
});
process.exitCode = code;
