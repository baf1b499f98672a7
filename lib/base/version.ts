/** The version of this release, as file headers and `-version` show it. */
export const VERSION = "v0.3.0";
