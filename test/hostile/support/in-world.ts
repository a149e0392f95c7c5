/** What the hostile tests do where a back end lives: bundled for pages, imported for this process. */
export { runInPage } from '../../support/fuzz/page.js';
