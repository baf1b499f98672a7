/** The version, as file headers and `-version` show it; `-dev`: on the way to it. */
export const VERSION = "v0.4.0-dev";
