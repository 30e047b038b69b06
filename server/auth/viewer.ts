import 'server-only'
import { getServerSession } from 'next-auth'
import { z } from 'zod'
import type { Viewer } from '#lib/access/viewer.ts'
import { AppError } from '#lib/error.ts'
import { authOptions } from '#server/auth/options.ts'

const Session = z.object({
  login: z.string().min(1),
  groups: z.array(z.string()),
  user: z.object({ name: z.string().nullish() }).optional(),
})

/** The signed-in person of this request. Throws `unauthenticated` when there is none. */
export async function signedInViewer(): Promise<Viewer> {
  const session = Session.safeParse(await getServerSession(authOptions()))
  if (!session.success) throw new AppError('unauthenticated', 'Sign in to continue.')
  const { login, groups, user } = session.data
  return { kind: 'person', login, groups, name: user?.name ?? login }
}
