/** The version, as file headers and `-version` show it; `-dev`: on the way to it. */
export const VERSION = "v0.3.0-dev";
