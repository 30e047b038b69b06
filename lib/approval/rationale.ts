const PART_MIN = 10
const TOTAL_MAX = 2000
/** Fewer different characters than this are a key held down, in any script. */
const DIFFERENT_MIN = 4

const codePoints = (text: string): number => Array.from(text).length

export type Rationale = { readonly checked: string; readonly acceptable: string; readonly undo: string }
type Part = keyof Rationale

const LABEL = { checked: 'What I checked', acceptable: 'Why it is acceptable', undo: 'How to undo' } as const
const PARTS: readonly Part[] = ['checked', 'acceptable', 'undo']

/** What is wrong with a reason: the box, the rule by name, and the rule with the way out in words. */
export type RationaleProblem = {
  readonly field: Part
  readonly rule: 'empty' | 'short' | 'repeated' | 'same' | 'copied' | 'long'
  readonly message: string
}

/**
 * The one check of a reason, on the page and on the server (decisions.md 7). `advice` are the lines that the portal showed as
 * assessment and findings: a reason that only says them again is nobody's reason. The same words on another request are
 * allowed: two requests of one series are often accepted for one reason.
 */
export function rationaleProblems(rationale: Rationale, advice: readonly string[] = []): readonly RationaleProblem[] {
  const shown = new Set(advice.flatMap((line) => [line, ...sentences(line)]).map(plain))
  const found: RationaleProblem[] = []
  const seen = new Map<string, Part>()
  for (const field of PARTS) {
    const problem = partProblem(field, rationale[field], shown, seen)
    if (problem !== undefined) found.push(problem)
    seen.set(plain(rationale[field]), field)
  }
  if (codePoints(rationaleText(rationale)) > TOTAL_MAX)
    found.push({
      field: 'checked',
      rule: 'long',
      message: `The three parts together may have at most ${TOTAL_MAX} characters with their headings. Shorten one of them.`,
    })
  return found
}

function partProblem(field: Part, text: string, shown: ReadonlySet<string>, seen: ReadonlyMap<string, Part>): RationaleProblem | undefined {
  const say = (rule: RationaleProblem['rule'], message: string): RationaleProblem => ({ field, rule, message })
  const label = `"${LABEL[field]}"`
  const visible = text.replace(UNSEEN, '').replace(/\s+/gu, ' ').trim()
  if (visible === '')
    return say('empty', `${label} is empty: it needs at least ${PART_MIN} characters that can be seen. Say it in a sentence.`)
  if (codePoints(visible) < PART_MIN) return say('short', `${label} needs at least ${PART_MIN} characters. Say it in a sentence.`)
  const words = plain(text)
  if (new Set(words.replaceAll(' ', '')).size < DIFFERENT_MIN || isPeriodic(words) || isPeriodic(`${words} `))
    return say('repeated', `${label} repeats itself. Say it once, in a sentence of your own.`)
  const other = seen.get(words)
  if (other !== undefined) return say('same', `${label} says the same as "${LABEL[other]}". The three parts answer three questions.`)
  const own = sentences(text).filter((sentence) => !shown.has(plain(sentence)))
  if (shown.has(words) || codePoints(plain(own.join(' '))) < Math.min(PART_MIN, codePoints(words)))
    return say('copied', `${label} only repeats the assessment of this page. Say what you found yourself.`)
  return undefined
}

/** Characters that take no ink: controls, bidi marks, zero-width and other ignorable ones. White space is looked at apart. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]|(?!\s)\p{Cc}/gu

const sentences = (text: string): readonly string[] => text.split(/(?<=[.!?;:])\s+|\n+/u).filter((part) => plain(part) !== '')

/** What two texts must share to be called the same: letters and words; numbers count as one, so a count in the advice hides nothing. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .toLowerCase()
    .replace(/\p{N}+/gu, '0')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()

/** Whether a text is one piece two or more times: then it is found in its double before its end. */
const isPeriodic = (text: string): boolean => text.length > 1 && `${text}${text}`.indexOf(text, 1) < text.length

/** The join under the fixed headings: it is `rationale.text` of the GovernanceEvent (decisions.md 7). */
export const rationaleText = (rationale: Rationale): string => PARTS.map((field) => `${LABEL[field]}\n${rationale[field]}`).join('\n\n')
