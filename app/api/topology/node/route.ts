import { route } from '#server/edge/route.ts'
import { getNode } from '#server/topology/get-node.ts'

export const GET = route(getNode)
