import { notFound } from 'next/navigation'
import { env } from '#server/env.ts'
import { Approvals } from './approvals.tsx'
import { Primitives } from './primitives.tsx'
import { SpecimenFrame } from './specimen-frame.tsx'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

export const dynamic = 'force-dynamic'

/** Every component in every state; `?theme=dark`, `?part=request`. Exists when VORTEX_SPECIMEN=1 (decisions.md 20). */
export default async function SpecimenPage({ searchParams }: Props) {
  if (env().VORTEX_SPECIMEN !== '1') notFound()
  const { theme, part } = await searchParams
  return (
    <SpecimenFrame theme={theme === 'dark' || theme === 'light' ? theme : undefined}>
      {part === undefined ? <Primitives /> : <Approvals part={String(part)} />}
    </SpecimenFrame>
  )
}
