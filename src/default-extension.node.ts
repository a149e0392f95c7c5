export { NativePeerConnection as DefaultExtension } from './extension/native/native-peer-connection.js';
