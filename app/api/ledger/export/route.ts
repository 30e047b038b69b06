import { asLines, route } from '#server/edge/route.ts'
import { exportLedger } from '#server/ledger/export.ts'

export const dynamic = 'force-dynamic'
export const GET = route(exportLedger, asLines('vortex-ledger.jsonl'))
