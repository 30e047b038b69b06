/** A stretch of text as it is, or one character that must not hide. */
export type TextSegment = { readonly kind: 'text' | 'escape'; readonly text: string }

/** Bidi controls, zero-width and other invisible characters, controls except tab and line feed, odd spaces, tags, fillers. */
const HIDDEN: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0xa0],
  [0xad, 0xad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x1680, 0x1680],
  [0x17b4, 0x17b5],
  [0x180b, 0x180e],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800, 0x2800],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffc],
  [0xe0000, 0xe007f],
]

const isHidden = (character: string): boolean => {
  const code = character.codePointAt(0) ?? 0
  return HIDDEN.some(([from, to]) => code >= from && code <= to)
}

const WORD = /[\p{L}\p{M}\p{N}_]+/gu
const LATIN = /\p{Script=Latin}/u
/** Letters of other scripts that can be mistaken for Latin ones, and Latin look-alikes from the compatibility blocks. */
const LOOK_ALIKE = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u
const COMPATIBILITY = /[\uff01-\uff5e\u{1d400}-\u{1d7ff}]/u

const escape = (character: string): string => `⟦U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟧`

/** Where a word mixes Latin with letters that look like Latin: the index of each such letter. */
function lookAlikes(text: string): ReadonlySet<number> {
  const found = new Set<number>()
  for (const word of text.matchAll(WORD)) {
    if (!LATIN.test(word[0]) || !LOOK_ALIKE.test(word[0])) continue
    let at = word.index
    for (const character of word[0]) {
      if (LOOK_ALIKE.test(character)) found.add(at)
      at += character.length
    }
  }
  return found
}

/**
 * Splits untrusted text so that nothing in it can hide or pretend (product.md). A hidden character becomes its code
 * point; a look-alike letter is kept and followed by its code point. Joining the texts gives the visible form.
 */
export function textSegments(text: string): readonly TextSegment[] {
  const mixed = lookAlikes(text)
  const segments: TextSegment[] = []
  let plain = ''
  let at = 0
  const flush = (): void => {
    if (plain !== '') segments.push({ kind: 'text', text: plain })
    plain = ''
  }
  for (const character of text) {
    const hidden = isHidden(character)
    const pretends = mixed.has(at) || COMPATIBILITY.test(character)
    at += character.length
    if (!hidden) plain += character
    if (!hidden && !pretends) continue
    flush()
    segments.push({ kind: 'escape', text: escape(character) })
  }
  flush()
  return segments
}

/** The visible form as plain text, for titles, labels and SVG. */
export const visibleText = (text: string): string =>
  textSegments(text)
    .map((segment) => segment.text)
    .join('')
