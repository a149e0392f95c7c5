export type { Variant, VariantInput } from './multiplayer/variant/variant.js';
export { type VariantCodec, variantCodec } from './multiplayer/variant/variant-codec.js';
