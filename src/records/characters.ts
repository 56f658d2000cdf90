/** Classes of bytes in JSON text, as bits. */
export const plainInString = 1
export const white = 2
export const digit = 4
export const hexDigit = 8
export const afterBackslash = 16

/** The classes of each byte. */
export const classes = new Uint8Array(256)

for (let byte = 0x20; byte < 256; byte++) classes[byte] = plainInString
for (const character of '"\\') classes[character.charCodeAt(0)] = 0
const mark = (characters: string, bit: number): void => {
  for (const character of characters) {
    const byte = character.charCodeAt(0)
    classes[byte] = (classes[byte] ?? 0) | bit
  }
}
mark(' \t\r\n', white)
mark('0123456789', digit)
mark('0123456789abcdefABCDEF', hexDigit)
mark('"\\/bfnrt', afterBackslash)

export const quote = 0x22
export const backslash = 0x5c
export const comma = 0x2c
export const colon = 0x3a
export const openBrace = 0x7b
export const closeBrace = 0x7d
export const openBracket = 0x5b
export const closeBracket = 0x5d
export const lineFeed = 0x0a
export const carriageReturn = 0x0d
