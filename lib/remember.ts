/** What one function keeps, in characters of what it was asked: a thousand open requests with some documents each. */
const KEPT_CHARS_MAX = 8_000_000
/** A longer question is answered anew each time: a few huge documents must not push out everything else. */
const QUESTION_CHARS_MAX = 65_536

type Plain = string | undefined | Readonly<Record<string, string>>

/**
 * The same function, which answers from memory what it was asked lately. `work` must be pure and its answer one that nobody
 * changes; what it throws is not kept.
 */
export function remembered<Asked extends readonly Plain[], Answer>(work: (...asked: Asked) => Answer): (...asked: Asked) => Answer {
  const kept = new Map<string, Answer>()
  let chars = 0
  return (...asked) => {
    const question = JSON.stringify(asked)
    const known = kept.get(question)
    if (known !== undefined) return known
    const answer = work(...asked)
    if (question.length > QUESTION_CHARS_MAX) return answer
    kept.set(question, answer)
    chars += question.length
    for (const oldest of kept.keys()) {
      if (chars <= KEPT_CHARS_MAX) break
      kept.delete(oldest)
      chars -= oldest.length
    }
    return answer
  }
}
