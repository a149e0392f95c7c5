/** What the hostile tests do where a back end lives: bundled for pages, imported for this process. */
export { countPlatformConnections, runInPage, survivorsInPage } from '../../support/fuzz/page.js';
export { ENDINGS, endInListener, OCCASIONS } from './closing.js';
export { putForEver, putNumbered, readNumbered, untilQuiet } from './floods.js';
export { throwInEverySignal } from './throwing.js';
