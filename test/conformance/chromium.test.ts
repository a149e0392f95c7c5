import { everything } from './suite/sections.js';
import { conformance } from './support/arrangement.js';
import { inPage } from './support/browser-arrangement.js';

conformance(inPage('chromium'), everything);
