import 'server-only'
import { z } from 'zod'
import { verifyLedger } from '#server/ledger/verify.ts'
import { query } from '#server/verb.ts'

/** Walks the whole ledger now: no gap, every hash right. Anybody signed in may ask whether the record holds. */
export const checkLedger = query({
  name: 'ledger.verify',
  input: z.object({}),
  needs: () => ({ signedIn: true }),
  machine: true,
  run: (ctx) => verifyLedger(ctx.db),
})
