import { StatusMark } from '#components/ui/status-mark.tsx'

/** It exists, you may not read it, and this is the level it needs (retrieval.md 3.1). */
export function Restricted({ level, ask }: { readonly level: string; readonly ask?: string | undefined }) {
  return (
    <StatusMark tone="restricted">
      Restricted, needs {level}
      {ask !== undefined && `. Ask ${ask}`}
    </StatusMark>
  )
}
