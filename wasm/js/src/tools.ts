/**
 * Lets policies be explained, filtered and checked where modules are a part of the program, as in workerd: import it once.
 * Elsewhere it does nothing, because the module comes by itself when it is needed.
 */
export {};
