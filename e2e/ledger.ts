import { createHash } from 'node:crypto'
import { expect, type Page } from '@playwright/test'

export type Entry = {
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly requestId: string | null
  readonly body: Readonly<Record<string, unknown>>
}

/** SHA-256(0x00 ‖ bytes) of RFC 9162, computed here and not by the product. */
export const leafHash = (bytes: Uint8Array): string => createHash('sha256').update(Buffer.of(0)).update(bytes).digest('hex')

export const bareHash = (text: string): string => text.replace(/^sha256:/, '')

/** The entries of one request as the ledger page shows them to somebody who may read reasons, oldest first, each with its hash found right. */
export async function readLedger(page: Page, requestId: string): Promise<readonly Entry[]> {
  const address = (entry?: string): string =>
    new URL(`/ledger?request=${requestId}${entry === undefined ? '' : `&entry=${entry}`}`, page.url()).href
  await page.goto(address())
  const links = page.getByRole('link', { name: /^\d+$/ })
  await links.first().waitFor()
  const seqs = (await links.allTextContents()).map(Number).sort((a, b) => a - b)
  const entries: Entry[] = []
  for (const seq of seqs) {
    await page.goto(address(String(seq)))
    // What streams in stands hidden beside its place for a moment.
    const panel = page.locator('#entry').filter({ visible: true })
    await expect(page.locator('[hidden] #entry')).toHaveCount(0)
    const text = (await panel.getByLabel('Canonical bytes').textContent()) ?? ''
    const shown = (await panel.getByTitle(/^(sha256:)?[0-9a-f]{64} \(copy\)$/).getAttribute('title')) ?? ''
    if (bareHash(shown).slice(0, 64) !== bareHash(leafHash(Buffer.from(text))))
      throw new Error(`entry ${seq} has another hash than its bytes`)
    entries.push(JSON.parse(text) as Entry) // safe: the canonical entry, decisions.md 12
  }
  return entries
}
