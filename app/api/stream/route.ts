import { stream } from '#server/live/stream.ts'

export const dynamic = 'force-dynamic'
export const GET = stream
