/** How Python splits text and reads whole numbers, where JavaScript differs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python counts the four separators U+001C to U+001F as whitespace
const whitespace = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u
const wholeNumber = /^[+-]?\p{Nd}+(_\p{Nd}+)*$/u
const decimalDigit = /\p{Nd}/gu

/** `str.split()`. */
export function splitWords(text: string): string[] {
  return text.split(whitespace).filter((word) => word !== '')
}

/** `int(text)`, or null where Python raises. */
export function parseWholeNumber(text: string): number | null {
  const words = splitWords(text)
  const [word] = words
  if (word === undefined || words.length > 1 || !wholeNumber.test(word)) return null
  return Number(asciiDigits(word).replaceAll('_', ''))
}

/** True when the text is made of decimal digits only, of any script. */
export function isDigits(text: string): boolean {
  return /^\p{Nd}+$/u.test(text)
}

function asciiDigits(text: string): string {
  return text.replace(decimalDigit, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)))
}

/** Decimal digits come in runs of ten, so a digit's value is its distance from the run's zero. */
function digitValue(codePoint: number): number {
  let value = 0
  while (value < 9 && isDigits(String.fromCodePoint(codePoint - value - 1))) value++
  return codePoint >= 0x30 && codePoint <= 0x39 ? codePoint - 0x30 : value
}
