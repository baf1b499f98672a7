/**
 * Where `../shared` is: captures, vectors and descriptions of the original that are no part of this
 * tree. Tests that read it are in this folder, at the place that they would have in `tests/`.
 */
export const SHARED: URL = new URL("../../../shared/", import.meta.url);
