/** Is a module with one type, which takes a vector. */
const PROBE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 1, 123, 0]);

/** Tells whether this engine has `simd128`. Those without it get modules that do the same more slowly. */
export function hasSimd(): boolean {
  return WebAssembly.validate(PROBE);
}
