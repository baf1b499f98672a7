import { Buffer } from "node:buffer";

/** Makes an instance of a module that stands in base64, with what it imports by name. */
export function instantiateKernel(
  base64: string,
  imports: WebAssembly.Imports = {},
): WebAssembly.Exports {
  const module = new WebAssembly.Module(Buffer.from(base64, "base64"));
  return new WebAssembly.Instance(module, imports).exports;
}
