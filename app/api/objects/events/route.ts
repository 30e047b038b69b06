import { route } from '#server/edge/route.ts'
import { objectEvents } from '#server/resource/events.ts'

export const GET = route(objectEvents)
