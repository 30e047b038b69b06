import { ready } from '#server/health/ready.ts'

export const dynamic = 'force-dynamic'
export const GET = (): Promise<Response> => ready()
