// The hot path of src/records on vectors of 16 bytes, in AssemblyScript (TypeScript's syntax, WebAssembly's types). Each
// file has a plain twin there that says what it does; property tests hold the two together byte for byte. Nothing is
// allocated here: the callers say where everything is.
export { canonical } from './canonical'
export { copy } from './copy'
export { frame, written } from './frame'
export { identities } from './identities'
export { instants } from './instants'
export { failedAt } from './offsets'
export { count, isFull, layOut, page, pageEnd, pageStart, records } from './scan'
