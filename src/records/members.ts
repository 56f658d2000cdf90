import type { MemberPath } from './block.ts'
import { nameEquals } from './name.ts'

/** What one entry of {@link MemberTable.entries} holds; each entry is {@link entryStride} numbers. */
export const entryNameStart = 0
export const entryNameLength = 1
/** Node of the members wanted inside this member, or -1. */
export const entryChild = 2
/** Column of this member's span, or -1 when only something inside it is wanted. */
export const entryColumn = 3
/** The columns of this member and all inside it, which a repeated name makes void. */
export const entryFirstColumn = 4
export const entryEndColumn = 5
export const entryStride = 6

/**
 * The wanted members of a record as a flat tree, so that a scanner compares a name only with the few that are
 * wanted at its exact place. Node `n` has the entries `nodes[2n]` to `nodes[2n + 1]`; node 0 is the record.
 */
export interface MemberTable {
  readonly names: Uint8Array
  readonly nodes: Int32Array
  readonly entries: Int32Array
  /** Column by wanted member, in the order that the paths were given. */
  readonly columns: Int32Array
  readonly columnCount: number
}

interface Branch {
  wanted: boolean
  readonly inside: Map<string, Branch>
}

const tables = new Map<string, MemberTable>()

/**
 * The table of these members, made once: every page of a log asks for the same. Throws a RangeError for an empty path:
 * a record is no member of itself.
 */
export function compileMembers(paths: readonly MemberPath[]): MemberTable {
  const key = JSON.stringify(paths)
  const table = tables.get(key) ?? tableOf(paths)
  tables.set(key, table)
  return table
}

function tableOf(paths: readonly MemberPath[]): MemberTable {
  const root: Branch = { wanted: false, inside: new Map() }
  for (const path of paths) {
    if (path.length === 0) throw new RangeError('A member path needs at least one name.')
    let branch = root
    for (const name of path) {
      const next: Branch = branch.inside.get(name) ?? { wanted: false, inside: new Map() }
      branch.inside.set(name, next)
      branch = next
    }
    branch.wanted = true
  }

  const names: number[] = []
  const nodes: number[] = []
  const entries: number[] = []
  const columnOf = new Map<Branch, number>()
  const encoder = new TextEncoder()

  const addNode = (branch: Branch): number => {
    const node = nodes.length / 2
    const first = entries.length / entryStride
    nodes.push(first, first + branch.inside.size)
    for (let i = 0; i < branch.inside.size * entryStride; i++) entries.push(-1)
    let at = first * entryStride
    for (const [name, child] of branch.inside) {
      const bytes = encoder.encode(name)
      entries[at + entryNameStart] = names.length
      entries[at + entryNameLength] = bytes.length
      names.push(...bytes)
      entries[at + entryFirstColumn] = columnOf.size
      if (child.wanted) {
        entries[at + entryColumn] = columnOf.size
        columnOf.set(child, columnOf.size)
      }
      if (child.inside.size > 0) entries[at + entryChild] = addNode(child)
      entries[at + entryEndColumn] = columnOf.size
      at += entryStride
    }
    return node
  }
  addNode(root)

  const columns = paths.map((path) => {
    let branch: Branch | undefined = root
    for (const name of path) branch = branch?.inside.get(name)
    return (branch && columnOf.get(branch)) ?? -1
  })
  return {
    names: Uint8Array.from(names),
    nodes: Int32Array.from(nodes),
    entries: Int32Array.from(entries),
    columns: Int32Array.from(columns),
    columnCount: columnOf.size,
  }
}

/** The offset of the entry of the wanted member that is named so at this node, or -1. */
export function wantedEntry(
  table: MemberTable,
  node: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  const { entries, names } = table
  const end = table.nodes[2 * node + 1]! * entryStride
  for (let entry = table.nodes[2 * node]! * entryStride; entry < end; entry += entryStride) {
    const name = entries[entry + entryNameStart]!
    if (nameEquals(bytes, from, to, names, name, name + entries[entry + entryNameLength]!)) return entry
  }
  return -1
}
