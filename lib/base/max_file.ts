/** The longest that a record file is let become, single batches apart. */
export const MAX_FILE_BYTES = 256 << 20;
