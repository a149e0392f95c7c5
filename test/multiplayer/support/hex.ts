export const hex = (packet: Uint8Array): string => Buffer.from(packet).toString('hex');
export const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
