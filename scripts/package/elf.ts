/**
 * Takes the symbol table and debug information out of a 64-bit little-endian ELF executable (ELF-64 Object File
 * Format 1.5). Done here and not by the machine's `strip`: the same input gives the same bytes on every machine,
 * and an ARM binary can be stripped on an Intel one.
 *
 * Keeps every section that is loaded into memory, at its place in the file, and a section table for them. Throws
 * when loaded sections are not first in the table, as every linker puts them.
 */
export function stripSymbols(executable: Buffer): Buffer {
  if (executable.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') {
    throw new Error('Not a 64-bit little-endian ELF file.')
  }
  const sections = readSections(executable)
  const names = sections[executable.readUInt16LE(HEADER.sectionNamesIndex)]
  const lastLoaded = sections.findLastIndex((section) => section.loaded)
  const kept = sections.slice(0, lastLoaded + 1)
  if (names === undefined || kept.slice(1).some((section) => !section.loaded)) {
    throw new Error('The sections of this ELF file stand in an order that is not known how to strip.')
  }

  const end = Math.max(...kept.map((section) => section.offset + section.fileSize))
  const namesText = executable.subarray(names.offset, names.offset + names.fileSize)
  const table = alignedTo8(end + namesText.length)
  const stripped = Buffer.alloc(table + (kept.length + 1) * SECTION_ENTRY_BYTES)
  executable.copy(stripped, 0, 0, end)
  namesText.copy(stripped, end)
  Buffer.concat(kept.map((section) => section.entry)).copy(stripped, table)

  const namesEntry = table + kept.length * SECTION_ENTRY_BYTES
  names.entry.copy(stripped, namesEntry)
  stripped.writeBigUInt64LE(BigInt(end), namesEntry + ENTRY.offset)
  stripped.writeBigUInt64LE(BigInt(table), HEADER.sectionTable)
  stripped.writeUInt16LE(kept.length + 1, HEADER.sectionCount)
  stripped.writeUInt16LE(kept.length, HEADER.sectionNamesIndex)
  return stripped
}

const HEADER = { sectionTable: 0x28, sectionCount: 0x3c, sectionNamesIndex: 0x3e }
const ENTRY = { type: 0x04, flags: 0x08, offset: 0x18, size: 0x20 }
const SECTION_ENTRY_BYTES = 64
const OCCUPIES_MEMORY = 2n
const OCCUPIES_NO_FILE_SPACE = 8

interface Section {
  readonly entry: Buffer
  readonly loaded: boolean
  readonly offset: number
  readonly fileSize: number
}

function readSections(executable: Buffer): Section[] {
  const table = Number(executable.readBigUInt64LE(HEADER.sectionTable))
  return Array.from({ length: executable.readUInt16LE(HEADER.sectionCount) }, (_, index) => {
    const start = table + index * SECTION_ENTRY_BYTES
    const entry = executable.subarray(start, start + SECTION_ENTRY_BYTES)
    const inFile = entry.readUInt32LE(ENTRY.type) !== OCCUPIES_NO_FILE_SPACE
    return {
      entry,
      loaded: (entry.readBigUInt64LE(ENTRY.flags) & OCCUPIES_MEMORY) !== 0n,
      offset: Number(entry.readBigUInt64LE(ENTRY.offset)),
      fileSize: inFile ? Number(entry.readBigUInt64LE(ENTRY.size)) : 0,
    }
  })
}

function alignedTo8(offset: number): number {
  return Math.ceil(offset / 8) * 8
}
