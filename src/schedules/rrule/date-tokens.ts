type Kind = 'letter' | 'digit' | 'other'

/**
 * Cuts a date into runs of letters, runs of digits and single characters, as dateutil's lexer does. A run may hold dots:
 * "4:30:21.447" ends in one number, "Sep.20.2009" is five tokens; and a number of two digits a comma for its dot.
 */
export function tokenizeDate(text: string): string[] {
  const tokens: string[] = []
  const characters = [...text.replaceAll('\0', '')]
  for (let index = 0; index < characters.length; ) {
    const end = endOfRun(characters, index)
    tokens.push(...splitRun(characters.slice(index, end).join('')))
    index = end
  }
  return tokens
}

function endOfRun(characters: string[], start: number): number {
  let kind = kindOf(characters[start])
  let dotted = false
  let index = start + 1
  if (kind === 'other') return index
  for (; index < characters.length; index++) {
    const character = characters[index] ?? ''
    const next = kindOf(character)
    if (next === kind) continue
    const afterDot = dotted && characters[index - 1] === '.'
    if (character === '.') dotted = true
    else if (character === ',' && kind === 'digit' && !dotted && index - start >= 2) dotted = true
    else if (next !== 'other' && afterDot) kind = next
    else break
  }
  return index
}

function kindOf(character = ''): Kind {
  return /\p{L}/u.test(character) ? 'letter' : /\p{Nd}/u.test(character) ? 'digit' : 'other'
}

function splitRun(run: string): string[] {
  if (run.length < 2 || !/[.,]/.test(run)) return [run]
  const isDecimal = /^\p{Nd}[\p{Nd},]*\.?\p{Nd}+$/u.test(run)
  return isDecimal ? [run.includes('.') ? run : run.replaceAll(',', '.')] : run.split(/([.,])/).filter((part) => part !== '')
}
