/** A row of the table, as in src/records/scanner.ts: its first byte, then these, 4 bytes each. */
export const rowEnd: usize = 4
export const rowFlags: usize = 8
export const rowColumns: usize = 12
export const severalLines: i32 = 0x100
