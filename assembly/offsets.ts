// Addresses in memory as the caller's offsets.

/** What is taken from addresses to make them offsets. */
export let bias: usize = 0

/** Where the text is not what it has to be; -1 when it is. */
export let failedAt: i32 = -1

export function beginAt(address: usize): void {
  bias = address
  failedAt = -1
}

/** Notes where the text is wrong. 0, for callers to return. */
export function fail(at: usize): usize {
  failedAt = <i32>(at - bias)
  return 0
}
