import type { ReactNode } from 'react'

/** Content, and from 1,100 px a right panel of 320 px that stays in sight. */
export function Columns({ aside, children }: { readonly aside?: ReactNode; readonly children: ReactNode }) {
  if (aside === undefined) return <div className="flex min-w-0 flex-col gap-4">{children}</div>
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] items-start gap-4 wide:grid-cols-[minmax(0,1fr)_320px]">
      <div className="flex min-w-0 flex-col gap-4">{children}</div>
      <div className="flex min-w-0 flex-col gap-4 wide:sticky wide:top-[calc(var(--header)+1rem)] wide:max-h-[calc(100dvh-var(--header)-2rem)] wide:overflow-y-auto">
        {aside}
      </div>
    </div>
  )
}
