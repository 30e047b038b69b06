const closing: (() => Promise<void>)[] = []

/** What several measurements of a run share is closed when the run ends, the youngest first. */
export const atEnd = (close: () => Promise<void>): void => void closing.push(close)

export async function closeShared(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close()
}
