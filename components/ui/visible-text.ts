/** A stretch of text as it is, or one character that must not hide. */
export type TextSegment = { readonly kind: 'text' | 'escape'; readonly text: string }

/** Bidi controls, zero-width and other invisible characters, controls except tab and line feed, odd spaces, tags, fillers. */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff\uffa0\ufff9-\ufffc\u{e0000}-\u{e007f}]/u

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
    const hidden = HIDDEN.test(character)
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
