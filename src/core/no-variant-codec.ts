/** In browsers the codec of values is left out until somebody asks for it: it is 8 KB, half of what a small page has. */
export const noVariantCodec = null;
