export { DEFAULT_STORE as defaultStore, openStore } from './media/identity/node/file-store.js';
