/** In browsers the codec of values is left out until somebody asks for it: it would be a third of a small page. */
export const noVariantCodec = null;
