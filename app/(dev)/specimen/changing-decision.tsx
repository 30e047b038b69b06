'use client'
import { useEffect, useState } from 'react'
import { DecisionPanel } from '#components/approval/decision-panel.tsx'
import type { RequestView } from '#lib/approval/view.ts'
import { refuseCast } from './actions.ts'

const CHANGE_MS = 300

type Props = { readonly before: RequestView; readonly after: RequestView }

/** The request changes right after the page opened. */
export function ChangingDecision({ before, after }: Props) {
  const [view, setView] = useState(before)
  useEffect(() => {
    const timer = setTimeout(() => setView(after), CHANGE_MS)
    return () => clearTimeout(timer)
  }, [after])
  return <DecisionPanel view={view} cast={refuseCast} withdraw={refuseCast} />
}
