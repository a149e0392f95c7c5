export { noVariantCodec as variantCodec } from './core/no-variant-codec.js';
export type { Variant, VariantInput } from './multiplayer/variant/variant.js';
export type { VariantCodec } from './multiplayer/variant/variant-codec.js';
