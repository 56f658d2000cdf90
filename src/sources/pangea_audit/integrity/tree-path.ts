/**
 * Where a record stands in the tree, from the side letters of its membership proof. A leaf of the tree is a buffer
 * of records, itself a small tree: the lower part of a path leads through the buffer (hot), the upper part from the
 * buffer to the root (cold).
 */

/** Leaves in the left half of a tree: the largest power of two below `size`. */
const leftSize = (size: number): number => {
  let left = 1
  while (left * 2 < size) left *= 2
  return left
}

/** Side letters from leaf `index` up to the root of a tree of `size` leaves. */
export const coldPath = (size: number, index: number): string => {
  let path = ''
  let rest = size
  let at = index
  while (rest > 1) {
    const left = leftSize(rest)
    if (at < left) {
      path = `r${path}`
      rest = left
    } else {
      path = `l${path}`
      at -= left
      rest -= left
    }
  }
  return path
}

/**
 * Side letters of the way through the buffer, from the record upwards; `undefined` when the whole path does not lead
 * to the leaf that the record names.
 */
export const hotPath = (sides: string, treeSize: number, leafIndex: number): string | undefined => {
  if (!(leafIndex >= 0 && leafIndex < treeSize)) return undefined
  const cold = coldPath(treeSize, leafIndex)
  return sides.endsWith(cold) ? sides.slice(0, sides.length - cold.length) : undefined
}
