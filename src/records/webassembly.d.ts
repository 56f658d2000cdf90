/** The part of WebAssembly's interface in use here; the project takes no other types of a browser. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Instance {
    constructor(module: Module)
    readonly exports: unknown
  }
  class Memory {
    private constructor()
    readonly buffer: ArrayBuffer
    /** Adds pages of 64 KiB; the old buffer is gone then. */
    grow(pages: number): number
  }
  class Global {
    private constructor()
    readonly value: number
  }
}
