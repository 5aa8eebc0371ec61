// What the build puts in the place of these names.

/** Whether the build is for tests: then the clock is set from outside. */
declare const TESTED: boolean;
/** The files that a page needs offline, relative to the page. Only in service workers. */
declare const OFFLINE_FILES: readonly string[];
/** A hash of these files, and the name of the page. Only in service workers. */
declare const OFFLINE_VERSION: string;
declare const OFFLINE_PAGE: string;
